using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 208: asks how far a group is; of one topic or of all.</summary>
public readonly record struct GetConsumeStatsRequestHeader : ICommandHeader<GetConsumeStatsRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public string? Topic { get; init; }

    /// <inheritdoc/>
    public static GetConsumeStatsRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? topic = null;
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
        }

        return new GetConsumeStatsRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(GetConsumeStatsRequestHeader), "consumerGroup"),
            Topic = topic,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("topic"u8, Topic);
    }
}
