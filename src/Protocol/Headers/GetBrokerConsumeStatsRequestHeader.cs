using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 317: asks how far all groups of a broker are.</summary>
public readonly record struct GetBrokerConsumeStatsRequestHeader : ICommandHeader<GetBrokerConsumeStatsRequestHeader>
{
    /// <summary>True for groups that consume in order.</summary>
    public bool IsOrder { get; init; }

    /// <inheritdoc/>
    public static GetBrokerConsumeStatsRequestHeader Read(ref ExtFieldReader fields)
    {
        var isOrder = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("isOrder"u8))
            {
                isOrder = fields.GetBoolean();
            }
        }

        return new GetBrokerConsumeStatsRequestHeader
        {
            IsOrder = isOrder,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("isOrder"u8, IsOrder);
    }
}
