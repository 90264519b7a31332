using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 315: asks for one statistic of a broker.</summary>
public readonly record struct ViewBrokerStatsDataRequestHeader : ICommandHeader<ViewBrokerStatsDataRequestHeader>
{
    /// <summary>Name of the statistic.</summary>
    public required string StatsName { get; init; }

    /// <summary>Key within the statistic.</summary>
    public required string StatsKey { get; init; }

    /// <inheritdoc/>
    public static ViewBrokerStatsDataRequestHeader Read(ref ExtFieldReader fields)
    {
        string? statsName = null;
        string? statsKey = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("statsName"u8))
            {
                statsName = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("statsKey"u8))
            {
                statsKey = fields.GetString();
            }
        }

        return new ViewBrokerStatsDataRequestHeader
        {
            StatsName = HeaderField.Required(statsName, nameof(ViewBrokerStatsDataRequestHeader), "statsName"),
            StatsKey = HeaderField.Required(statsKey, nameof(ViewBrokerStatsDataRequestHeader), "statsKey"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("statsName"u8, StatsName);
        writer.Write("statsKey"u8, StatsKey);
    }
}
