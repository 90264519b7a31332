using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Calls;

/// <summary>What a producer wants of the answer to a send: half as large as the header itself, of which there is one per message.</summary>
internal sealed class SendAnswer : ICommandHeader<SendAnswer>
{
    private const string DefaultRegion = "DefaultRegion";

    /// <summary>Id of the message by address and offset, of a batch the ids separated by commas.</summary>
    public required string OffsetMessageId { get; init; }

    /// <summary>Queue that the message was put in; negative if the answer does not tell.</summary>
    public required int QueueId { get; init; }

    /// <summary>Index of the message in its queue, of a batch the index of the first.</summary>
    public required long QueueOffset { get; init; }

    /// <summary>Region of the broker.</summary>
    public required string Region { get; init; }

    /// <summary>Whether the broker wants messages traced.</summary>
    public required bool TraceOn { get; init; }

    /// <inheritdoc/>
    public static SendAnswer Read(ref ExtFieldReader fields)
    {
        var header = SendMessageResponseHeader.Read(ref fields);
        return new SendAnswer
        {
            OffsetMessageId = header.MessageId ?? "",
            QueueId = header.QueueId ?? -1,
            QueueOffset = header.QueueOffset ?? 0,
            Region = header.Region ?? DefaultRegion,
            TraceOn = header.TraceOn ?? true,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct => new SendMessageResponseHeader
        {
            MessageId = OffsetMessageId,
            QueueId = QueueId,
            QueueOffset = QueueOffset,
            Region = Region,
            TraceOn = TraceOn,
        }.WriteTo(ref writer);
}
