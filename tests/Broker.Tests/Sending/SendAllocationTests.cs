using System.Buffers.Binary;
using System.Net.Sockets;
using Rocketeer.Broker.Tests.Hostile;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Broker.Tests.Sending;

/// <summary>Measures the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(SendAllocationTests), DisableParallelization = true)]
[Collection(nameof(SendAllocationTests))]
public sealed class SendAllocationTests
{
    private const int InFlight = 32;

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task A_warm_send_through_a_socket_allocates_next_to_nothing(SerializeType serializeType)
    {
        const int Rounds = 400;
        await using var broker = await TestBroker.StartAsync(options =>
        {
            options.Store.MapedFileSizeCommitLog = 64 * 1024 * 1024;
            options.Store.MapedFileSizeConsumeQueue = 6_000_000;
        });
        var request = Sends.Request(Sends.Header(properties: "TAGS\u0001TagA\u0002WAIT\u0001true\u0002"), new byte[1024]);
        request.SerializeType = serializeType;
        var one = RawConnection.Frame(request);
        var burst = Enumerable.Repeat(one, InFlight).SelectMany(frame => frame).ToArray();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = (int)TestBroker.Patience.TotalMilliseconds;
        await socket.ConnectAsync("127.0.0.1", broker.App.EndPoint.Port, TestContext.Current.CancellationToken);
        var buffer = new byte[64 * 1024];

        Exchange(socket, burst, buffer, Rounds / 2);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(socket, burst, buffer, Rounds);
        var perMessage = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (Rounds * InFlight);

        // Sends, append, dispatch to the queue and answers together.
        Assert.InRange(perMessage, 0, 100);
    }

    private static void Exchange(Socket socket, byte[] burst, byte[] buffer, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var sent = 0;
            while (sent < burst.Length)
            {
                sent += socket.Send(burst.AsSpan(sent));
            }

            var held = 0;
            for (var answers = 0; answers < InFlight;)
            {
                held += socket.Receive(buffer.AsSpan(held));
                var at = 0;
                while (held - at >= 4 && BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)) + 4 is var length && held - at >= length)
                {
                    var code = CommandView.Parse(buffer.AsSpan(at + 4, length - 4)).Envelope.Code;
                    if (code != (int)ResponseCode.Success)
                    {
                        Assert.Fail($"a send was answered {code}");
                    }

                    answers++;
                    at += length;
                }

                buffer.AsSpan(at, held - at).CopyTo(buffer);
                held -= at;
            }
        }
    }
}
