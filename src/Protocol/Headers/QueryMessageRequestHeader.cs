using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 12: asks for messages by key.</summary>
public readonly record struct QueryMessageRequestHeader : ICommandHeader<QueryMessageRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Key.</summary>
    public required string Key { get; init; }

    /// <summary>Most messages wanted.</summary>
    public required int MaxNum { get; init; }

    /// <summary>Store time from which to search, milliseconds since 1970.</summary>
    public required long BeginTimestamp { get; init; }

    /// <summary>Store time until which to search, milliseconds since 1970.</summary>
    public required long EndTimestamp { get; init; }

    /// <summary>True when <c>key</c> is the unique id of a message rather than a user's key.</summary>
    public bool UniqueKeyQuery { get; init; }

    /// <inheritdoc/>
    public static QueryMessageRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        string? key = null;
        int? maxNum = null;
        long? beginTimestamp = null;
        long? endTimestamp = null;
        var uniqueKeyQuery = false;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("key"u8))
            {
                key = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("maxNum"u8))
            {
                maxNum = fields.GetInt32OrNull();
            }
            else if (fields.Name.SequenceEqual("beginTimestamp"u8))
            {
                beginTimestamp = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("endTimestamp"u8))
            {
                endTimestamp = fields.GetInt64OrNull();
            }
            else if (fields.Name.SequenceEqual("_UNIQUE_KEY_QUERY"u8))
            {
                uniqueKeyQuery = fields.GetBoolean();
            }
        }

        return new QueryMessageRequestHeader
        {
            Topic = HeaderField.Required(topic, nameof(QueryMessageRequestHeader), "topic"),
            Key = HeaderField.Required(key, nameof(QueryMessageRequestHeader), "key"),
            MaxNum = HeaderField.Required(maxNum, nameof(QueryMessageRequestHeader), "maxNum"),
            BeginTimestamp = HeaderField.Required(beginTimestamp, nameof(QueryMessageRequestHeader), "beginTimestamp"),
            EndTimestamp = HeaderField.Required(endTimestamp, nameof(QueryMessageRequestHeader), "endTimestamp"),
            UniqueKeyQuery = uniqueKeyQuery,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
        writer.Write("key"u8, Key);
        writer.Write("maxNum"u8, MaxNum);
        writer.Write("beginTimestamp"u8, BeginTimestamp);
        writer.Write("endTimestamp"u8, EndTimestamp);
        writer.Write("_UNIQUE_KEY_QUERY"u8, UniqueKeyQuery);
    }
}
