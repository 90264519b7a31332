using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 11: asks for messages of one queue. Reading it allocates nothing.</summary>
public readonly record struct PullMessageRequestHeader : ICommandHeader<PullMessageRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Queue index within the topic on this broker.</summary>
    public required int QueueId { get; init; }

    /// <summary>Index of the first wanted message in the queue.</summary>
    public required long QueueOffset { get; init; }

    /// <summary>Most messages wanted.</summary>
    public required int MaxMsgNums { get; init; }

    /// <summary><see cref="Messages.PullSysFlags"/>.</summary>
    public required int SysFlag { get; init; }

    /// <summary>Offset to commit.</summary>
    public long CommitOffset { get; init; }

    /// <summary>How long the broker may hold the request, milliseconds.</summary>
    public long SuspendTimeoutMillis { get; init; }

    /// <summary>Subscription expression; valid with the inline bit.</summary>
    public string? Subscription { get; init; }

    /// <summary>Version of the subscription that the client filters by.</summary>
    public long SubVersion { get; init; }

    /// <summary><c>TAG</c> or <c>SQL92</c>; <c>TAG</c> when absent.</summary>
    public string? ExpressionType { get; init; }

    /// <inheritdoc/>
    public static PullMessageRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? topic = null;
        int? queueId = null;
        long? queueOffset = null;
        int? maxMsgNums = null;
        int? sysFlag = null;
        long? commitOffset = null;
        long? suspendTimeoutMillis = null;
        string? subscription = null;
        long? subVersion = null;
        string? expressionType = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("queueId"u8))
            {
                queueId = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("queueOffset"u8))
            {
                queueOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("maxMsgNums"u8))
            {
                maxMsgNums = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("sysFlag"u8))
            {
                sysFlag = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("commitOffset"u8))
            {
                commitOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("suspendTimeoutMillis"u8))
            {
                suspendTimeoutMillis = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("subscription"u8))
            {
                subscription = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("subVersion"u8))
            {
                subVersion = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("expressionType"u8))
            {
                expressionType = fields.GetName();
            }
        }

        return new PullMessageRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(PullMessageRequestHeader), "consumerGroup"),
            Topic = HeaderField.Required(topic, nameof(PullMessageRequestHeader), "topic"),
            QueueId = HeaderField.Required(queueId, nameof(PullMessageRequestHeader), "queueId"),
            QueueOffset = HeaderField.Required(queueOffset, nameof(PullMessageRequestHeader), "queueOffset"),
            MaxMsgNums = HeaderField.Required(maxMsgNums, nameof(PullMessageRequestHeader), "maxMsgNums"),
            SysFlag = HeaderField.Required(sysFlag, nameof(PullMessageRequestHeader), "sysFlag"),
            CommitOffset = commitOffset ?? 0,
            SuspendTimeoutMillis = suspendTimeoutMillis ?? 0,
            Subscription = subscription,
            SubVersion = subVersion ?? 0,
            ExpressionType = expressionType,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("topic"u8, Topic);
        writer.Write("queueId"u8, QueueId);
        writer.Write("queueOffset"u8, QueueOffset);
        writer.Write("maxMsgNums"u8, MaxMsgNums);
        writer.Write("sysFlag"u8, SysFlag);
        writer.Write("commitOffset"u8, CommitOffset);
        writer.Write("suspendTimeoutMillis"u8, SuspendTimeoutMillis);
        writer.Write("subscription"u8, Subscription);
        writer.Write("subVersion"u8, SubVersion);
        writer.Write("expressionType"u8, ExpressionType);
    }
}
