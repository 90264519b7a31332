using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 207: deletes a subscription group.</summary>
public readonly record struct DeleteSubscriptionGroupRequestHeader : ICommandHeader<DeleteSubscriptionGroupRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string GroupName { get; init; }

    /// <inheritdoc/>
    public static DeleteSubscriptionGroupRequestHeader Read(ref ExtFieldReader fields)
    {
        string? groupName = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("groupName"u8))
            {
                groupName = fields.GetName();
            }
        }

        return new DeleteSubscriptionGroupRequestHeader
        {
            GroupName = HeaderField.Required(groupName, nameof(DeleteSubscriptionGroupRequestHeader), "groupName"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("groupName"u8, GroupName);
    }
}
