using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 40, broker to consumers: the consumers of the group changed.</summary>
public readonly record struct NotifyConsumerIdsChangedRequestHeader : ICommandHeader<NotifyConsumerIdsChangedRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <inheritdoc/>
    public static NotifyConsumerIdsChangedRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
        }

        return new NotifyConsumerIdsChangedRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(NotifyConsumerIdsChangedRequestHeader), "consumerGroup"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
    }
}
