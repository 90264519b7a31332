namespace Rocketeer.Cli.Output;

/// <summary>What results look like.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>The same document as the JSON, for people who read much.</summary>
    Yaml,
}
