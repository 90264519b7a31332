using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Headers;

/// <summary>
/// Requests 10, 310 and 320: stores a message or a batch. Reads both the long field names (10) and the one-letter ones (310, 320) and
/// writes those that <see cref="UseLongNames"/> asks for. The broker reads <see cref="SendMessageRequestView"/> instead.
/// </summary>
public sealed record SendMessageRequestHeader : ICommandHeader<SendMessageRequestHeader>
{
    /// <summary>True to write the field names of request 10.</summary>
    public bool UseLongNames { get; init; }

    /// <summary>Producer group.</summary>
    public required string ProducerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Template topic for automatic creation.</summary>
    public string DefaultTopic { get; init; } = TopicNames.AutoCreateTemplate;

    /// <summary>Number of queues of an automatically created topic.</summary>
    public int DefaultTopicQueueNums { get; init; } = SendMessageRequestView.DefaultQueueNums;

    /// <summary>Queue index; a negative one lets the broker choose.</summary>
    public required int QueueId { get; init; }

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public required long BornTimestamp { get; init; }

    /// <summary>The user's flag.</summary>
    public int Flag { get; init; }

    /// <summary>Properties string (<see cref="MessageProperties"/>).</summary>
    public string? Properties { get; init; }

    /// <summary>How often the message was consumed already.</summary>
    public int? ReconsumeTimes { get; init; }

    /// <summary>True for unit applications.</summary>
    public bool UnitMode { get; init; }

    /// <summary>How often a message of a retry topic is retried before it is given up.</summary>
    public int? MaxReconsumeTimes { get; init; }

    /// <summary>True when the body is a batch; this, not the request code, selects batch processing.</summary>
    public bool Batch { get; init; }

    /// <inheritdoc/>
    public static SendMessageRequestHeader Read(ref ExtFieldReader fields)
    {
        var view = SendMessageRequestView.Read(ref fields, keepProperties: true);
        return new SendMessageRequestHeader
        {
            UseLongNames = view.HasLongNames,
            ProducerGroup = view.ProducerGroup,
            Topic = view.Topic,
            DefaultTopic = view.DefaultTopic,
            DefaultTopicQueueNums = view.DefaultTopicQueueNums,
            QueueId = view.QueueId,
            SysFlag = view.SysFlag,
            BornTimestamp = view.BornTimestamp,
            Flag = view.Flag,
            Properties = view.PropertiesText,
            ReconsumeTimes = view.ReconsumeTimes,
            UnitMode = view.UnitMode,
            MaxReconsumeTimes = view.MaxReconsumeTimes,
            Batch = view.Batch,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write(UseLongNames ? "producerGroup"u8 : "a"u8, ProducerGroup);
        writer.Write(UseLongNames ? "topic"u8 : "b"u8, Topic);
        writer.Write(UseLongNames ? "defaultTopic"u8 : "c"u8, DefaultTopic);
        writer.Write(UseLongNames ? "defaultTopicQueueNums"u8 : "d"u8, DefaultTopicQueueNums);
        writer.Write(UseLongNames ? "queueId"u8 : "e"u8, QueueId);
        writer.Write(UseLongNames ? "sysFlag"u8 : "f"u8, SysFlag);
        writer.Write(UseLongNames ? "bornTimestamp"u8 : "g"u8, BornTimestamp);
        writer.Write(UseLongNames ? "flag"u8 : "h"u8, Flag);
        writer.Write(UseLongNames ? "properties"u8 : "i"u8, Properties);
        if (ReconsumeTimes is { } reconsumeTimes)
        {
            writer.Write(UseLongNames ? "reconsumeTimes"u8 : "j"u8, reconsumeTimes);
        }

        writer.Write(UseLongNames ? "unitMode"u8 : "k"u8, UnitMode);
        if (MaxReconsumeTimes is { } maxReconsumeTimes)
        {
            writer.Write(UseLongNames ? "maxReconsumeTimes"u8 : "l"u8, maxReconsumeTimes);
        }

        writer.Write(UseLongNames ? "batch"u8 : "m"u8, Batch);
    }
}
