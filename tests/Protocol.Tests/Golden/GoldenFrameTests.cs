using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Tests.Golden;

public sealed class GoldenFrameTests
{
    [Fact]
    public void Every_recorded_frame_decodes_and_encodes_to_the_same_bytes()
    {
        foreach (var (file, request, response) in GoldenFrames.All())
        {
            AssertSameBytes(file, request);
            if (response is not null)
            {
                AssertSameBytes(file, response);
            }
        }
    }

    [Fact]
    public void Every_recorded_header_reads_as_its_type_and_writes_the_same_fields()
    {
        foreach (var (file, request, response) in GoldenFrames.All())
        {
            var contract = ContractOf(request);
            AssertSameFields(file, request, contract.RequestHeader);
            if (response is not null)
            {
                AssertSameFields(file, response, contract.ResponseHeader);
            }
        }
    }

    [Fact]
    public void Every_recorded_body_reads_as_its_type_and_means_the_same_when_written()
    {
        foreach (var (file, request, response) in GoldenFrames.All())
        {
            var contract = ContractOf(request);
            AssertSameMeaning(file, request, contract.RequestBody);
            if (response is not null)
            {
                AssertSameMeaning(file, response, contract.ResponseBody);
            }
        }
    }

    private static Contract ContractOf(byte[] request)
    {
        var code = (RequestCode)CommandView.Parse(request.AsSpan(sizeof(int))).Envelope.Code;
        return Assert.Contains(code, Contract.All);
    }

    private static void AssertSameBytes(string file, byte[] frame)
    {
        var command = CommandView.Parse(frame.AsSpan(sizeof(int))).ToCommand();
        var again = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(again, command);
        Assert.True(
            frame.AsSpan().SequenceEqual(again.WrittenSpan),
            $"{file}: {Encoding.UTF8.GetString(frame)} became {Encoding.UTF8.GetString(again.WrittenSpan)}");
    }

    private static void AssertSameFields(string file, byte[] frame, Func<ExtFieldReaderSource, ICommandHeader>? read)
    {
        var recorded = CommandView.Parse(frame.AsSpan(sizeof(int))).ToCommand().ExtFields ?? new Dictionary<string, string>();
        recorded.Remove("AccessKey");
        recorded.Remove("Signature");
        if (recorded.Count == 0)
        {
            return;
        }

        Assert.True(read is not null, $"{file}: no header type for {string.Join(',', recorded.Keys)}");
        var typed = new RemotingCommand { Code = 1, SerializeType = SerializeType.RocketMq, Header = read(new ExtFieldReaderSource(frame)) };
        var again = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(again, typed);
        var written = CommandView.Parse(again.WrittenSpan[sizeof(int)..]).ToCommand().ExtFields!;
        Assert.True(
            recorded.OrderBy(field => field.Key, StringComparer.Ordinal).SequenceEqual(written.OrderBy(field => field.Key, StringComparer.Ordinal)),
            $"{file}: {string.Join(',', recorded)} became {string.Join(',', written)}");
    }

    private static void AssertSameMeaning(string file, byte[] frame, Func<byte[], byte[]>? roundTrip)
    {
        var body = CommandView.Parse(frame.AsSpan(sizeof(int))).Body.ToArray();
        if (body.Length == 0)
        {
            return;
        }

        Assert.True(roundTrip is not null, $"{file}: no body type for {Encoding.UTF8.GetString(body)}");
        var again = roundTrip(body);
        if (!again.AsSpan().SequenceEqual(body))
        {
            Assert.True(
                JsonNode.DeepEquals(Strict(body), Strict(again)),
                $"{file}: {Encoding.UTF8.GetString(body)} became {Encoding.UTF8.GetString(again)}");
        }
    }

    private static JsonNode? Strict(byte[] json)
    {
        // The original writes null for a rate of 0/0 and reads it as 0.
        var text = Encoding.UTF8.GetString(json).Replace("\"consumeTps\":null", "\"consumeTps\":0.0", StringComparison.Ordinal);
        var strict = new ArrayBufferWriter<byte>();
        FastjsonReader.CopyStrict(Encoding.UTF8.GetBytes(text), strict);
        return JsonNode.Parse(strict.WrittenSpan);
    }
}
