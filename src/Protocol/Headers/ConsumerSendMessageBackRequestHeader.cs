using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 36: a consumer hands back a message that it could not process.</summary>
public readonly record struct ConsumerSendMessageBackRequestHeader : ICommandHeader<ConsumerSendMessageBackRequestHeader>
{
    /// <summary>Commit log offset of the message.</summary>
    public required long Offset { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>0 lets the broker choose, a negative number sends to the dead letters, others are the delay level of the retry.</summary>
    public required int DelayLevel { get; init; }

    /// <summary>Id that the message had when it was first stored.</summary>
    public string? OriginMsgId { get; init; }

    /// <summary>Topic that the message was consumed from.</summary>
    public string? OriginTopic { get; init; }

    /// <summary>True for unit applications.</summary>
    public bool UnitMode { get; init; }

    /// <summary>How often a message is retried before it is given up; senders of version 3.4.9 and later must say it.</summary>
    public int? MaxReconsumeTimes { get; init; }

    /// <inheritdoc/>
    public static ConsumerSendMessageBackRequestHeader Read(ref ExtFieldReader fields)
    {
        long? offset = null;
        string? group = null;
        int? delayLevel = null;
        string? originMsgId = null;
        string? originTopic = null;
        var unitMode = false;
        int? maxReconsumeTimes = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("offset"u8))
            {
                offset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("group"u8))
            {
                group = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("delayLevel"u8))
            {
                delayLevel = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("originMsgId"u8))
            {
                originMsgId = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("originTopic"u8))
            {
                originTopic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("unitMode"u8))
            {
                unitMode = fields.GetBoolean();
            }
            else if (fields.Name.SequenceEqual("maxReconsumeTimes"u8))
            {
                maxReconsumeTimes = fields.GetInt32OrNull();
            }
        }

        return new ConsumerSendMessageBackRequestHeader
        {
            Offset = HeaderField.Required(offset, nameof(ConsumerSendMessageBackRequestHeader), "offset"),
            Group = HeaderField.Required(group, nameof(ConsumerSendMessageBackRequestHeader), "group"),
            DelayLevel = HeaderField.Required(delayLevel, nameof(ConsumerSendMessageBackRequestHeader), "delayLevel"),
            OriginMsgId = originMsgId,
            OriginTopic = originTopic,
            UnitMode = unitMode,
            MaxReconsumeTimes = maxReconsumeTimes,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("offset"u8, Offset);
        writer.Write("group"u8, Group);
        writer.Write("delayLevel"u8, DelayLevel);
        writer.Write("originMsgId"u8, OriginMsgId);
        writer.Write("originTopic"u8, OriginTopic);
        writer.Write("unitMode"u8, UnitMode);
        if (MaxReconsumeTimes is { } maxReconsumeTimes)
        {
            writer.Write("maxReconsumeTimes"u8, maxReconsumeTimes);
        }
    }
}
