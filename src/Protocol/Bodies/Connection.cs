using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Bodies;

/// <summary>One connected client of a group.</summary>
public sealed record Connection
{
    /// <summary>Remote address, <c>ip:port</c>.</summary>
    public string ClientAddr { get; set; } = "";

    /// <summary>Id of the client.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Language of the client.</summary>
    public LanguageCode Language { get; set; }

    /// <summary>Version ordinal of the client.</summary>
    public int Version { get; set; }
}
