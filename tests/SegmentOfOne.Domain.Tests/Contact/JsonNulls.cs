using System.Text.Json.Nodes;

namespace SegmentOfOne.Domain.Tests.Contact;

internal static class JsonNulls
{
    /// <summary>A field that is null isn't there.</summary>
    public static JsonObject WithoutNulls(this JsonObject json)
    {
        foreach (var name in json.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            json.Remove(name);
        }

        return json;
    }
}
