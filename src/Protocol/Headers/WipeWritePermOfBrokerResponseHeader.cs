using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Answer to request 205.</summary>
public readonly record struct WipeWritePermOfBrokerResponseHeader : ICommandHeader<WipeWritePermOfBrokerResponseHeader>
{
    /// <summary>Number of topics that lost their write permission.</summary>
    public int WipeTopicCount { get; init; }

    /// <inheritdoc/>
    public static WipeWritePermOfBrokerResponseHeader Read(ref ExtFieldReader fields)
    {
        int? wipeTopicCount = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("wipeTopicCount"u8))
            {
                wipeTopicCount = fields.GetInt32OrNull();
            }
        }

        return new WipeWritePermOfBrokerResponseHeader
        {
            WipeTopicCount = wipeTopicCount ?? 0,
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("wipeTopicCount"u8, WipeTopicCount);
    }
}
