namespace SegmentOfOne.Grpc;

/// <summary>The seventeen outcomes of a gRPC call; the numbers travel as <c>grpc-status</c>.</summary>
public enum StatusCode
{
    /// <summary>The call did what it was asked to do.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>An error that says nothing of its kind, such as an exception nobody mapped.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>Time ran out; the work may have been done all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for is not there.</summary>
    NotFound = 5,

    /// <summary>What was to be created is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit was reached: a quota, a size, memory.</summary>
    ResourceExhausted = 8,

    /// <summary>The state forbids it until somebody changes the state.</summary>
    FailedPrecondition = 9,

    /// <summary>Lost to a concurrent change; try the whole again.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, as reading beyond an end.</summary>
    OutOfRange = 11,

    /// <summary>Not served here.</summary>
    Unimplemented = 12,

    /// <summary>Something that must hold did not, here or on the wire.</summary>
    Internal = 13,

    /// <summary>Not now; the same call may be tried again.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt for good.</summary>
    DataLoss = 15,

    /// <summary>The caller did not prove who it is.</summary>
    Unauthenticated = 16,
}
