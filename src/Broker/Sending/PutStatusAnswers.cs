using Rocketeer.Protocol.Commands;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Sending;

/// <summary>What a producer is told about the fate of its message (reference: store.md section 5.5).</summary>
internal static class PutStatusAnswers
{
    /// <summary>The response code of an outcome. The first four statuses mean that the message is stored.</summary>
    public static ResponseCode Code(PutStatus status) => status switch
    {
        PutStatus.Ok => ResponseCode.Success,
        PutStatus.FlushDiskTimeout => ResponseCode.FlushDiskTimeout,
        PutStatus.FlushReplicaTimeout => ResponseCode.FlushSlaveTimeout,
        PutStatus.ReplicaNotAvailable => ResponseCode.SlaveNotAvailable,
        PutStatus.MessageIllegal or PutStatus.PropertiesSizeExceeded => ResponseCode.MessageIllegal,
        PutStatus.ServiceNotAvailable => ResponseCode.ServiceNotAvailable,
        _ => ResponseCode.SystemError,
    };

    /// <summary>The remark of an outcome; <see langword="null"/> for a stored message.</summary>
    public static string? Remark(PutStatus status) => status switch
    {
        PutStatus.CreateSegmentFailed =>
            "the next commit log file could not be created, the broker is busy or its disk is full; try another broker",
        PutStatus.MessageIllegal =>
            "the message is illegal: the record is longer than maxMessageSize, the topic longer than 127 bytes, the delay level is not a "
            + "number, or the batch does not parse",
        PutStatus.PropertiesSizeExceeded => "the message is illegal: its properties are longer than 32767 bytes",
        PutStatus.ServiceNotAvailable =>
            "the broker takes no messages now: it is a slave, it is stopping, its disk is full or its log failed; try another broker",
        PutStatus.PageCacheBusy => "[PC_SYNCHRONIZED]broker busy, start flow control for a while",
        _ => null,
    };
}
