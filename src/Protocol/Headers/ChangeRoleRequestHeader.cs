using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 27001, of Rocketeer's own: gives a broker another role while it runs.</summary>
public readonly record struct ChangeRoleRequestHeader : ICommandHeader<ChangeRoleRequestHeader>
{
    /// <summary>ASYNC_MASTER, SYNC_MASTER or SLAVE.</summary>
    public required string Role { get; init; }

    /// <summary>Number of the decision, 1 or more; a decision that is older than the one in force is refused.</summary>
    public required long Epoch { get; init; }

    /// <summary>Broker id of a slave, above 0; absent keeps the one it has. A master's is 0.</summary>
    public long? BrokerId { get; init; }

    /// <summary>Where the master serves replication, <c>host:port</c>; absent leaves it to the name servers. For slaves only.</summary>
    public string? MasterHaAddress { get; init; }

    /// <summary>The log must reach at least so far for this broker to become a master; absent asks for nothing.</summary>
    public long? ExpectedMinOffset { get; init; }

    /// <summary>False makes a master that refuses messages for now. Absent means true.</summary>
    public bool? Writable { get; init; }

    /// <inheritdoc/>
    public static ChangeRoleRequestHeader Read(ref ExtFieldReader fields)
    {
        string? role = null;
        long? epoch = null;
        long? brokerId = null;
        string? masterHaAddress = null;
        long? expectedMinOffset = null;
        bool? writable = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("role"u8))
            {
                role = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("epoch"u8))
            {
                epoch = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("brokerId"u8))
            {
                brokerId = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("masterHaAddress"u8))
            {
                masterHaAddress = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("expectedMinOffset"u8))
            {
                expectedMinOffset = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("writable"u8))
            {
                writable = fields.GetBoolean();
            }
        }

        return new ChangeRoleRequestHeader
        {
            Role = HeaderField.Required(role, nameof(ChangeRoleRequestHeader), "role"),
            Epoch = HeaderField.Required(epoch, nameof(ChangeRoleRequestHeader), "epoch"),
            BrokerId = brokerId,
            MasterHaAddress = masterHaAddress,
            ExpectedMinOffset = expectedMinOffset,
            Writable = writable,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("role"u8, Role);
        writer.Write("epoch"u8, Epoch);
        if (BrokerId is { } brokerId)
        {
            writer.Write("brokerId"u8, brokerId);
        }

        writer.Write("masterHaAddress"u8, MasterHaAddress);
        if (ExpectedMinOffset is { } expectedMinOffset)
        {
            writer.Write("expectedMinOffset"u8, expectedMinOffset);
        }

        if (Writable is { } writable)
        {
            writer.Write("writable"u8, writable);
        }
    }
}
