using Microsoft.AspNetCore.Http;

namespace SegmentOfOne.Gateway.Http;

/// <summary>
/// Reads a query string by declared parameters. The first thing wrong is kept in <see cref="Problem"/>, so that a handler
/// reads all its parameters and looks once.
/// </summary>
public sealed class QueryReader
{
    private readonly IQueryCollection _query;

    /// <summary>A parameter that <paramref name="declared"/> does not know is a problem: a filter misspelt must not be a filter ignored.</summary>
    public QueryReader(IQueryCollection query, IReadOnlyList<QueryParameter> declared)
    {
        _query = query;
        foreach (var name in query.Keys)
        {
            if (!declared.Any(parameter => parameter.Name == name))
            {
                var known = declared.Count == 0 ? "takes no parameters" : $"knows {string.Join(", ", declared.Select(parameter => parameter.Name))}";
                Problem ??= Failure.Invalid("unknown_parameter", $"'{name}' is not a parameter here; this call {known}.");
            }
        }
    }

    public Failure? Problem { get; private set; }

    public T Read<T>(QueryParameter<T> parameter)
    {
        var values = _query[parameter.Name];
        if (values.Count == 0)
        {
            return parameter.Standard;
        }

        if (values.Count == 1 && parameter.Read(values[0] ?? "", out var value))
        {
            return value;
        }

        Problem ??= Failure.Invalid("invalid_parameter", $"{parameter.Name}={values}: expected {parameter.Expects}.");
        return parameter.Standard;
    }
}
