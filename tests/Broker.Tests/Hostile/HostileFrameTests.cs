using System.Text;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Hostile;

/// <summary>Bytes that are no frames: their connection is closed, nobody else notices.</summary>
public sealed class HostileFrameTests
{
    public static TheoryData<string, string> Lies => new()
    {
        { "longer than any frame may be", "01000001 00000000" },
        { "the longest length there is", "7FFFFFFF 00000000" },
        { "negative length", "FFFFFFFF 00000000" },
        { "most negative length", "80000000 00000000" },
        { "no room for the header length", "00000002 0000" },
        { "length zero", "00000000" },
        { "header longer than the frame", "00000008 000000FF 7B7D7B7D" },
        { "unknown serialization", "00000006 05000002 7B7D" },
        { "empty header", "00000004 00000000" },
        { "header that is no JSON", "00000008 00000004 DEADBEEF" },
        { "cut JSON", "00000005 00000001 7B" },
        { "JSON that is no object", "00000006 00000002 5B5D" },
        { "binary header that is too short", "00000006 01000002 000A" },
        { "binary header with a lying remark", "00000019 01000015 000A 00 0125 00000001 00000000 7FFFFFFF 00000000" },
        { "binary header with lying fields", "00000019 01000015 000A 00 0125 00000001 00000000 00000000 7FFFFFFF" },
        { "an HTTP request", Convert.ToHexString("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8) },
        { "a TLS hello", "16030100 C8010000 C40303" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_connection_that_lies_is_closed_and_no_other(string what, string hex)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "before");
        using var liar = await RawConnection.OpenAsync(broker);

        await liar.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        if (what == "a TLS hello")
        {
            liar.EndSending(); // its first bytes are a length that is allowed; it is cut short
        }

        await liar.ClosedAsync();
        await AliveAsync(broker);
    }

    [Fact]
    public async Task A_frame_cut_short_stores_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "before");
        var whole = RawConnection.Frame(Sends.Request(Sends.Header(), new byte[500]));
        var before = broker.Context.Store.CommitLogMaxOffset;

        foreach (var length in new[] { 1, 3, 4, 7, 8, 60, whole.Length - 1 })
        {
            using var cut = await RawConnection.OpenAsync(broker);
            await cut.SendAsync(whole.AsMemory(0, length));
            cut.EndSending();
            await cut.ClosedAsync();
        }

        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
        await AliveAsync(broker);
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_served()
    {
        await using var broker = await TestBroker.StartAsync();
        using var slow = await RawConnection.OpenAsync(broker);

        foreach (var one in RawConnection.Frame(Sends.Request(Sends.Header(), "slow"u8.ToArray())))
        {
            await slow.SendAsync(new[] { one });
        }

        Assert.Equal(ResponseCode.Success, (await slow.ReadAsync()).ResponseCode);
        Assert.Equal("slow", Assert.Single(await broker.StoredAsync(Sends.Topic, 0, 1)).Text());
    }

    [Fact]
    public async Task A_header_nested_a_hundred_thousand_times_neither_kills_nor_hurts()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            using var nested = await RawConnection.OpenAsync(broker);
            var header = new StringBuilder("{\"code\":310,\"opaque\":1,\"extFields\":{\"a\":");
            header.Insert(header.Length, open, 100_000).Append('1').Insert(header.Length, close, 100_000).Append("}}");

            // Refused or ignored as a field that nobody knows, but over in any case.
            await nested.SendAsync(RawConnection.Frame(header.ToString()));
            await AnsweredOrClosedAsync(nested);
        }

        await AliveAsync(broker);
    }

    [Fact]
    public async Task A_header_of_many_megabytes_is_no_trouble()
    {
        await using var broker = await TestBroker.StartAsync();
        using var huge = await RawConnection.OpenAsync(broker);
        var header = $"{{\"code\":310,\"opaque\":1,\"remark\":\"{new string('x', 12_000_000)}\",\"extFields\":{{}}}}";

        await huge.SendAsync(RawConnection.Frame(header));
        await AnsweredOrClosedAsync(huge);

        await AliveAsync(broker);
    }

    [Fact]
    public async Task Connections_that_promise_much_and_send_nothing_take_no_memory()
    {
        await using var broker = await TestBroker.StartAsync();
        await AliveAsync(broker);
        var promises = new List<RawConnection>();
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 200; i++)
            {
                var promise = await RawConnection.OpenAsync(broker);
                promises.Add(promise);
                await promise.SendAsync(Convert.FromHexString("00FFFFFC00000010"));
            }

            await AliveAsync(broker);

            // 200 frames of 16 MB were promised: 3.2 GB.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000_000);
        }
        finally
        {
            promises.ForEach(promise => promise.Dispose());
        }
    }

    [Fact]
    public async Task Random_bytes_and_frames_with_random_damage_leave_the_broker_alive()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "before");
        var seed = TestSeed.Next();
        var random = new Random(seed);
        byte[][] seeds =
        [
            RawConnection.Frame(Sends.Request(Sends.Header(queueId: 1, properties: "TAGS\u0001a\u0002"), new byte[64])),
            RawConnection.Frame(Sends.Request(Sends.Header(queueId: 1) with { Batch = true }, Sends.Batch(("one", "a\u0001b\u0002"), ("two", "")))),
            RawConnection.Frame(RemotingCommand.Request(RequestCode.PullMessage, Pulling.Pulls.Header())),
        ];
        for (var i = 0; i < 300; i++)
        {
            using var fuzz = await RawConnection.OpenAsync(broker);
            var bytes = (byte[])seeds[i % seeds.Length].Clone();
            for (var damage = random.Next(1, 8); damage > 0; damage--)
            {
                bytes[random.Next(i % 2 == 0 ? 8 : 0, bytes.Length)] = (byte)random.Next(256);
            }

            await fuzz.SendAsync(bytes);
            fuzz.EndSending();
            await AnsweredOrClosedAsync(fuzz);
        }

        await AliveAsync(broker, $"seed {seed}");
        Assert.Equal("before", (await broker.StoredAsync(Sends.Topic, 0, 1))[0].Text());
    }

    internal static async Task AliveAsync(TestBroker broker, string context = "")
    {
        var answer = await broker.SendAsync(Sends.Header(queueId: 3), "alive");
        Assert.True(answer.ResponseCode == ResponseCode.Success, $"{answer.ResponseCode}: {answer.Remark} {context}");
        Assert.Null(broker.Context.Store.Failure);
    }

    private static async Task AnsweredOrClosedAsync(RawConnection connection)
    {
        try
        {
            await connection.ReadAsync();
        }
        catch (IOException)
        {
            // closed
        }
    }
}
