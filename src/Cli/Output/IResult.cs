using System.Text.Json.Nodes;

namespace Rocketeer.Cli.Output;

/// <summary>What a command found or did, once for people and once for programs.</summary>
internal interface IResult
{
    /// <summary>Prints it for people.</summary>
    void WriteTo(Terminal terminal);

    /// <summary>The same as a document.</summary>
    JsonNode? ToJson();
}
