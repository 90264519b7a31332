using System.Buffers;
using BenchmarkDotNet.Attributes;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Benchmarks;

/// <summary>A send request with 12 fields, through both serializations, into types and into a map.</summary>
[MemoryDiagnoser]
public class HeaderCodecBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private SendMessageRequestHeader _header = null!;
    private RemotingCommand _mapped = null!;
    private CommandEnvelope _envelope;
    private byte[] _frame = null!;

    [Params(SerializeType.Json, SerializeType.RocketMq)]
    public SerializeType Serialization { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _header = new SendMessageRequestHeader
        {
            ProducerGroup = "ProducerGroupName", Topic = "TopicTest", QueueId = 1, BornTimestamp = 1547725077000, ReconsumeTimes = 0,
            Properties = "TAGS\u0001TagA\u0002UNIQ_KEY\u0001C00002020ECA5FFD2B276FB980A60000\u0002WAIT\u0001true\u0002",
        };
        _envelope = new CommandEnvelope { Code = (int)RequestCode.SendMessageV2, Opaque = 7, Version = MqVersion.Current, SerializeType = Serialization };
        CommandEncoder.WriteHead(_output, _envelope, _header, 0);
        _frame = _output.WrittenSpan[sizeof(int)..].ToArray();
        _mapped = CommandView.Parse(_frame).ToCommand();
    }

    [Benchmark]
    public long DecodeTyped()
    {
        var header = SendMessageRequestView.Read(CommandView.Parse(_frame));
        return header.BornTimestamp + header.Topic.Length + header.Properties.Length;
    }

    [Benchmark]
    public int DecodeMap() => CommandView.Parse(_frame).ToCommand().ExtFields!.Count;

    [Benchmark]
    public int EncodeTyped()
    {
        _output.ResetWrittenCount();
        CommandEncoder.WriteHead(_output, _envelope, _header, 0);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int EncodeMap()
    {
        _output.ResetWrittenCount();
        CommandEncoder.Write(_output, _mapped);
        return _output.WrittenCount;
    }
}
