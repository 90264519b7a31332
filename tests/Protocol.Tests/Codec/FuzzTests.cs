using CsCheck;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Protocol.Tests.Golden;

namespace Rocketeer.Protocol.Tests.Codec;

/// <summary>CsCheck prints the seed of a failure; CsCheck_Seed plays it again.</summary>
public sealed class FuzzTests
{
    private static readonly byte[][] Recorded = [.. GoldenFrames.All().SelectMany(exchange => new[] { exchange.Request, exchange.Response }).OfType<byte[]>()];

    /// <summary>A recorded frame with a few bytes changed and an end cut off.</summary>
    private static readonly Gen<byte[]> Damaged =
        Gen.Select(Gen.Int[0, Recorded.Length - 1].Select(index => Recorded[index]), Gen.Select(Gen.Double.Unit, Gen.Byte).Array[0, 6], Gen.Double.Unit, (frame, changes, cut) =>
        {
            var damaged = frame.AsSpan(sizeof(int), (int)((frame.Length - sizeof(int)) * Math.Min(1, cut * 1.2))).ToArray();
            foreach (var (place, value) in changes)
            {
                if (damaged.Length > 0)
                {
                    damaged[(int)(place * damaged.Length)] = value;
                }
            }

            return damaged;
        });

    private static readonly string[] JsonPieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\\u12", "a", "null", "1", "-1.5e9", "true", "NaN", "/*", "*/", "//", "\n", "{{",
        "\uFEFF", "$ref", "é", "\"offsetTable\":", "\"extFields\":{", "\"code\":", "{\"queueId\":1}:",
    ];

    private static readonly Gen<byte[]> JsonLike =
        Gen.Int[0, JsonPieces.Length - 1].Array[0, 40]
            .Select(pieces => System.Text.Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => JsonPieces[piece]))));

    [Fact]
    public void A_damaged_frame_is_read_or_refused_and_nothing_else() => Damaged.Sample(ReadAll, iter: 20_000);

    [Fact]
    public void Noise_in_place_of_a_json_header_is_read_or_refused_and_nothing_else() =>
        JsonLike.Sample(header => ReadAll(Frames.Of(SerializeType.Json, header, [])), iter: 20_000);

    [Fact]
    public void Noise_in_place_of_a_binary_header_is_read_or_refused_and_nothing_else() =>
        Gen.Byte.Array[0, 60].Sample(header => ReadAll(Frames.Of(SerializeType.RocketMq, header, [])), iter: 20_000);

    [Fact]
    public void Noise_in_place_of_a_body_is_read_or_refused_and_nothing_else() => JsonLike.Sample(ReadBody, iter: 20_000);

    [Fact]
    public void A_damaged_body_is_read_or_refused_and_nothing_else() => Damaged.Sample(ReadBody, iter: 5_000);

    [Fact]
    public void Noise_in_place_of_records_and_batches_is_read_or_refused_and_nothing_else() =>
        Gen.Byte.Array[0, 300].Sample(
            bytes =>
            {
                _ = MessageRecordView.TryParse(bytes, out _);
                MessageDecoder.DecodeAll(bytes);
                MessageProperties.Parse(bytes);
                MessageProperties.TryFind(bytes, "TAGS"u8, out _);
                Refusable(() =>
                {
                    var items = new BatchMessageReader(bytes);
                    while (items.Read())
                    {
                        _ = items.Body.Length + items.Properties.Length;
                    }
                });
                Refusable(() => RegisterBrokerBodyCodec.DecodePlain(bytes));
                Refusable(() => RegisterBrokerBodyCodec.Decode(bytes, compressed: true));
            },
            iter: 20_000);

    [Fact]
    public void Any_ext_field_survives_both_serializations() =>
        Gen.Select(Gen.String, Gen.String, Gen.Enum<SerializeType>()).Where(field => field.Item1.Length > 0).Sample(
            (name, value, type) =>
            {
                var sent = new RemotingCommand { Code = 1, SerializeType = type, ExtFields = new Dictionary<string, string> { [name] = value } };
                var received = CommandView.Parse(Frames.Encode(sent).AsSpan(sizeof(int))).ToCommand();
                Assert.Equal(Utf8(value), received.ExtFields![Utf8(name)]);
            },
            iter: 5_000);

    [Fact]
    public void A_length_that_lies_allocates_nothing_of_its_size()
    {
        var lying = Frames.Of(SerializeType.RocketMq, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF], []);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<FrameFormatException>(() => CommandView.Parse(lying).Envelope.Code);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private static string Utf8(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static void ReadAll(byte[] frame) => Refusable(() =>
    {
        var command = CommandView.Parse(frame);
        command.ToCommand();
        Refusable(() => CommandView.Parse(frame).ReadHeader<SendMessageRequestHeader>());
        Refusable(() => CommandView.Parse(frame).ReadHeader<PullMessageRequestHeader>());
        Refusable(() => CommandView.Parse(frame).ReadHeader<RegisterBrokerRequestHeader>());
    });

    private static void ReadBody(byte[] body)
    {
        Refusable(() => BodyJson.Deserialize<HeartbeatData>(body));
        Refusable(() => BodyJson.Deserialize<ConsumeStats>(body));
        Refusable(() => BodyJson.Deserialize<ConsumerOffsetTable>(body));
        Refusable(() => BodyJson.Deserialize<TopicRouteData>(body));
    }

    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is FrameFormatException or InvalidHeaderException or BodyFormatException or BatchFormatException)
        {
            // the documented ways to refuse
        }
    }
}
