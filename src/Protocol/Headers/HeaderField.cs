namespace Rocketeer.Protocol.Headers;

/// <summary>Checks of the fields of typed headers.</summary>
internal static class HeaderField
{
    /// <summary>The value of a field that a request means nothing without.</summary>
    /// <exception cref="InvalidHeaderException">It was absent.</exception>
    public static string Required(string? value, string header, string field) => value ?? throw Missing(header, field);

    /// <summary>The value of a field that a request means nothing without.</summary>
    /// <exception cref="InvalidHeaderException">It was absent or no number of its size.</exception>
    public static T Required<T>(T? value, string header, string field)
        where T : struct => value ?? throw Missing(header, field);

    private static InvalidHeaderException Missing(string header, string field) =>
        new($"The field '{field}' of {header} is missing or malformed; send it.");
}
