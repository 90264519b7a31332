using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 308: asks for offsets to correct those of another group by.</summary>
public readonly record struct QueryCorrectionOffsetRequestHeader : ICommandHeader<QueryCorrectionOffsetRequestHeader>
{
    /// <summary>Groups to leave out, separated by commas.</summary>
    public string? FilterGroups { get; init; }

    /// <summary>Group whose offsets are compared with.</summary>
    public required string CompareGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <inheritdoc/>
    public static QueryCorrectionOffsetRequestHeader Read(ref ExtFieldReader fields)
    {
        string? filterGroups = null;
        string? compareGroup = null;
        string? topic = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("filterGroups"u8))
            {
                filterGroups = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("compareGroup"u8))
            {
                compareGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
        }

        return new QueryCorrectionOffsetRequestHeader
        {
            FilterGroups = filterGroups,
            CompareGroup = HeaderField.Required(compareGroup, nameof(QueryCorrectionOffsetRequestHeader), "compareGroup"),
            Topic = HeaderField.Required(topic, nameof(QueryCorrectionOffsetRequestHeader), "topic"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("filterGroups"u8, FilterGroups);
        writer.Write("compareGroup"u8, CompareGroup);
        writer.Write("topic"u8, Topic);
    }
}
