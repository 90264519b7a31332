namespace Rocketeer.Protocol.Commands;

/// <summary>The <c>flag</c> word of a command. Other bits are unused and kept as received.</summary>
[Flags]
public enum CommandFlags
{
    /// <summary>A request that expects an answer.</summary>
    None = 0,

    /// <summary>Bit 0: the command answers the request with the same opaque.</summary>
    Response = 1,

    /// <summary>Bit 1: the requester does not want an answer.</summary>
    OneWay = 2,
}
