namespace SegmentOfOne.Silo.Hosting;

/// <summary>What one process of a cluster does.</summary>
public enum SiloRole
{
    /// <summary>Customers live here, and a gateway beside them serves callers.</summary>
    Both,

    /// <summary>Customers live here; gateways are elsewhere.</summary>
    Silo,

    /// <summary>Serves callers of customers that live elsewhere.</summary>
    Gateway,
}
