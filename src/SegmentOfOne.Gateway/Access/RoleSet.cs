using SegmentOfOne.Engine.Access;

namespace SegmentOfOne.Gateway.Access;

/// <summary>Roles that something is open to.</summary>
public readonly record struct RoleSet
{
    private readonly int _bits;

    private RoleSet(int bits) => _bits = bits;

    public static RoleSet Of(params ReadOnlySpan<Role> roles)
    {
        var bits = 0;
        foreach (var role in roles)
        {
            bits |= 1 << (int)role;
        }

        return new RoleSet(bits);
    }

    public bool Contains(Role role) => (_bits & (1 << (int)role)) != 0;

    public RoleSet With(Role role) => new(_bits | (1 << (int)role));

    public override string ToString()
    {
        var set = this;
        return string.Join(", ", Enum.GetValues<Role>().Where(role => set.Contains(role)).Select(Wire.Name));
    }
}
