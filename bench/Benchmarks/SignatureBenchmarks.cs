using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Signing;

namespace Rocketeer.Benchmarks;

/// <summary>What access control adds to a send of 1 KiB: signing it, and checking the signature over what was received.</summary>
[MemoryDiagnoser]
public class SignatureBenchmarks
{
    private readonly SigningKey _key = new("12345678");
    private readonly RequestSigner _signer = new("benchmark", "12345678");
    private readonly RemotingCommand _request = NewRequest();
    private byte[] _frame = [];

    /// <summary>Header serialization.</summary>
    [Params(SerializeType.Json, SerializeType.RocketMq)]
    public SerializeType Serialization { get; set; }

    /// <summary>Makes the signed frame.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _request.SerializeType = Serialization;
        _signer.Sign(_request);
        var output = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(output, _request);
        _frame = output.WrittenSpan.ToArray();
    }

    /// <summary>A client signs a request.</summary>
    [Benchmark]
    public void Sign() => _signer.Sign(_request);

    /// <summary>A broker reads the fields and checks the signature.</summary>
    [Benchmark]
    public bool Check()
    {
        var command = CommandView.Parse(_frame.AsSpan(sizeof(int)));
        var fields = SignedFields.OfThisThread;
        return fields.TryAdd(command.Fields, 128, out var signature) && _key.Verify(fields.Values(), command.Body, signature);
    }

    private static RemotingCommand NewRequest() => RemotingCommand.Request(
        RequestCode.SendMessageV2,
        new SendMessageRequestHeader
        {
            ProducerGroup = "PG", Topic = "TopicTest", QueueId = 1, BornTimestamp = 1547725077000, ReconsumeTimes = 0,
            Properties = "TAGS\u0001TagA\u0002UNIQ_KEY\u0001C00002020ECA5FFD2B276FB980A60000\u0002WAIT\u0001true\u0002",
        },
        Encoding.ASCII.GetBytes(new string('x', 1024)));
}
