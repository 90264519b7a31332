using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 17: creates or changes a topic.</summary>
public readonly record struct UpdateAndCreateTopicRequestHeader : ICommandHeader<UpdateAndCreateTopicRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Template topic.</summary>
    public required string DefaultTopic { get; init; }

    /// <summary>Number of queues to read from.</summary>
    public required int ReadQueueNums { get; init; }

    /// <summary>Number of queues to write to.</summary>
    public required int WriteQueueNums { get; init; }

    /// <summary><see cref="Messages.Permissions"/>.</summary>
    public required int Perm { get; init; }

    /// <summary><c>SINGLE_TAG</c> or <c>MULTI_TAG</c>.</summary>
    public required string TopicFilterType { get; init; }

    /// <summary><see cref="Messages.TopicSysFlags"/>.</summary>
    public int TopicSysFlag { get; init; }

    /// <summary>Ignored by the original.</summary>
    public bool Order { get; init; }

    /// <inheritdoc/>
    public static UpdateAndCreateTopicRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        string? defaultTopic = null;
        int? readQueueNums = null;
        int? writeQueueNums = null;
        int? perm = null;
        string? topicFilterType = null;
        int? topicSysFlag = null;
        var order = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("defaultTopic"u8))
            {
                defaultTopic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("readQueueNums"u8))
            {
                readQueueNums = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("writeQueueNums"u8))
            {
                writeQueueNums = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("perm"u8))
            {
                perm = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("topicFilterType"u8))
            {
                topicFilterType = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("topicSysFlag"u8))
            {
                topicSysFlag = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("order"u8))
            {
                order = fields.GetBoolean();
            }
        }

        return new UpdateAndCreateTopicRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(UpdateAndCreateTopicRequestHeader), "topic"),
            DefaultTopic = defaultTopic ?? "",
            ReadQueueNums = HeaderField.Required(readQueueNums, nameof(UpdateAndCreateTopicRequestHeader), "readQueueNums"),
            WriteQueueNums = HeaderField.Required(writeQueueNums, nameof(UpdateAndCreateTopicRequestHeader), "writeQueueNums"),
            Perm = HeaderField.Required(perm, nameof(UpdateAndCreateTopicRequestHeader), "perm"),
            TopicFilterType = topicFilterType ?? "SINGLE_TAG",
            TopicSysFlag = topicSysFlag ?? 0,
            Order = order,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("defaultTopic"u8, DefaultTopic);
        writer.Write("readQueueNums"u8, ReadQueueNums);
        writer.Write("writeQueueNums"u8, WriteQueueNums);
        writer.Write("perm"u8, Perm);
        writer.Write("topicFilterType"u8, TopicFilterType);
        writer.Write("topicSysFlag"u8, TopicSysFlag);
        writer.Write("order"u8, Order);
    }
}
