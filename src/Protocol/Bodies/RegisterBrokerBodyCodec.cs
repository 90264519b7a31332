using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>
/// The body of request 103 in both of its forms: JSON, or one zlib stream that holds version, topics as short lines, and filter servers
/// (reference: protocol-remoting.md section 8.4). The compressed form cannot carry a topic's order and unit flags.
/// </summary>
public static class RegisterBrokerBodyCodec
{
    private const int CompressionLevel = 9;
    private const int FieldsPerTopic = 5;

    /// <summary>Writes the body.</summary>
    public static byte[] Encode(RegisterBrokerBody body, bool compressed)
    {
        ArgumentNullException.ThrowIfNull(body);
        return compressed ? BoundedZlib.Deflate(EncodePlain(body), CompressionLevel) : BodyJson.Serialize(body);
    }

    /// <summary>Reads the body.</summary>
    /// <exception cref="BodyFormatException">It cannot be inflated or understood.</exception>
    public static RegisterBrokerBody Decode(ReadOnlySpan<byte> body, bool compressed)
    {
        if (!compressed)
        {
            return BodyJson.Deserialize<RegisterBrokerBody>(body);
        }

        return BoundedZlib.TryInflate(body, out var plain)
            ? DecodePlain(plain)
            : throw new BodyFormatException("The compressed registration is no zlib stream, or holds too much.");
    }

    internal static byte[] EncodePlain(RegisterBrokerBody body)
    {
        var output = new ArrayBufferWriter<byte>();
        AppendBlock(output, BodyJson.Serialize(body.TopicConfigSerializeWrapper.DataVersion));
        var topics = body.TopicConfigSerializeWrapper.TopicConfigTable.Values;
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), topics.Count);
        output.Advance(sizeof(int));
        foreach (var topic in topics)
        {
            var filterType = topic.TopicFilterType == TopicFilterType.MultiTag ? "MULTI_TAG" : "SINGLE_TAG";
            AppendBlock(output, Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{topic.TopicName} {topic.ReadQueueNums} {topic.WriteQueueNums} {topic.Perm} {filterType}")));
        }

        AppendBlock(output, BodyJson.Serialize(body.FilterServerList));
        return output.WrittenSpan.ToArray();
    }

    internal static RegisterBrokerBody DecodePlain(ReadOnlySpan<byte> plain)
    {
        var wrapper = new TopicConfigSerializeWrapper { DataVersion = BodyJson.Deserialize<DataVersion>(TakeBlock(ref plain)) };
        for (var left = TakeInt32(ref plain); left > 0; left--)
        {
            var topic = DecodeTopic(Encoding.UTF8.GetString(TakeBlock(ref plain)));
            wrapper.TopicConfigTable[topic.TopicName] = topic;
        }

        return new RegisterBrokerBody
        {
            TopicConfigSerializeWrapper = wrapper,
            FilterServerList = BodyJson.Deserialize<List<string>>(TakeBlock(ref plain)),
        };
    }

    private static TopicConfig DecodeTopic(string line)
    {
        var fields = line.Split(' ');
        if (fields.Length != FieldsPerTopic
            || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out var readQueues)
            || !int.TryParse(fields[2], CultureInfo.InvariantCulture, out var writeQueues)
            || !int.TryParse(fields[3], CultureInfo.InvariantCulture, out var perm))
        {
            throw new BodyFormatException($"The compressed registration is broken: '{line}' is no topic.");
        }

        return new TopicConfig
        {
            TopicName = fields[0],
            ReadQueueNums = readQueues,
            WriteQueueNums = writeQueues,
            Perm = perm,
            TopicFilterType = fields[4] == "MULTI_TAG" ? TopicFilterType.MultiTag : TopicFilterType.SingleTag,
        };
    }

    private static void AppendBlock(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> block)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), block.Length);
        output.Advance(sizeof(int));
        output.Write(block);
    }

    private static ReadOnlySpan<byte> TakeBlock(ref ReadOnlySpan<byte> source) => Take(ref source, TakeInt32(ref source));

    private static int TakeInt32(ref ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt32BigEndian(Take(ref source, sizeof(int)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int length)
    {
        if ((uint)length > (uint)source.Length)
        {
            throw new BodyFormatException($"The compressed registration is broken: a length of {length} points outside it.");
        }

        var taken = source[..length];
        source = source[length..];
        return taken;
    }
}
