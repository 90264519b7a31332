namespace Rocketeer.Protocol.Commands;

/// <summary>How a command header is laid out: the top byte of the header length word of a frame.</summary>
public enum SerializeType : byte
{
    /// <summary>JSON text in UTF-8; what every client speaks.</summary>
    Json = 0,

    /// <summary>The compact binary form that the original calls ROCKETMQ.</summary>
    RocketMq = 1,
}
