using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

/// <summary>Bytes allocated are counted for the whole process, so nothing may run beside these tests.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    public static TheoryData<TransportKind> Transports => Peers.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task Steady_replies_allocate_next_to_nothing(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        using var peer = await RawPeer.ConnectAsync(peers.Server.EndPoint);
        const int Burst = 500;
        const int Bursts = 100;
        var requests = Enumerable.Repeat(RawPeer.Frame(Peers.Echo, 1, new byte[128]), Burst).SelectMany(frame => frame).ToArray();
        await peer.SendAsync(RawPeer.Frame(Peers.Echo, 1, new byte[128]));
        var answerLength = await FirstAnswerLengthAsync(peer);
        var sink = new byte[Burst * answerLength];

        async Task ExchangeAsync(int bursts)
        {
            for (var i = 0; i < bursts; i++)
            {
                await peer.SendAsync(requests);
                for (var have = 0; have < sink.Length;)
                {
                    have += await peer.Socket.ReceiveAsync(sink.AsMemory(have));
                }
            }
        }

        await ExchangeAsync(30);
        Assert.InRange(await LeastBytesAsync(() => ExchangeAsync(Bursts)) / (Burst * Bursts), 0, 20);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_call_allocates_little(TransportKind transport)
    {
        await using var peers = await Peers.StartAsync(transport);
        var client = peers.Client();
        var request = Peers.Request(Peers.Echo, new byte[128]);

        async Task CallAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await client.InvokeAsync(peers.Address, request, Peers.Patience, CancellationToken.None);
            }
        }

        await CallAsync(2_000);
        var perCall = await LeastBytesAsync(() => CallAsync(5_000)) / 5_000;

        // One at a time is the worst case: two sends with their promises, the pending entry, the answer and its body of 128 bytes.
        Assert.InRange(perCall, 0, 1500);
    }

    // The compiler and the runner allocate now and then; what the code allocates, it allocates in each round.
    private static async Task<double> LeastBytesAsync(Func<Task> round)
    {
        var least = double.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var before = GC.GetTotalAllocatedBytes(true);
            await round();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }

        return least;
    }

    private static async Task<int> FirstAnswerLengthAsync(RawPeer peer)
    {
        var buffer = new byte[64 * 1024];
        var have = 0;
        while (have < 4 || have < 4 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(buffer))
        {
            have += await peer.Socket.ReceiveAsync(buffer.AsMemory(have));
        }

        return have;
    }
}
