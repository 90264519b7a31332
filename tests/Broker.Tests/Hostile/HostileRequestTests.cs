using System.Buffers.Binary;
using System.Text;
using Rocketeer.Broker.Tests.Pulling;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Hostile;

/// <summary>Frames that are frames, with requests in them that make no sense: a code and a remark, and the connection lives on.</summary>
public sealed class HostileRequestTests
{
    private const string Good = """{"a":"PID","b":"TestTopic","c":"TBW102","d":"4","e":"0","f":"0","g":"1","h":"0"}""";

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(999)]
    [InlineData(99_999)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task Unknown_codes_are_not_supported(int code)
    {
        await using var broker = await TestBroker.StartAsync();
        using var connection = await RawConnection.OpenAsync(broker);

        var answer = await connection.AskAsync(RawConnection.Frame($$"""{"code":{{code}},"opaque":77}"""));

        Assert.Equal((ResponseCode.RequestCodeNotSupported, 77), (answer.ResponseCode, answer.Opaque));
        Assert.Equal($"request type {code} not supported", answer.Remark);
        Assert.Equal(ResponseCode.Success, (await connection.AskAsync(Send(Good))).ResponseCode);
    }

    [Theory]
    [InlineData("""{"a":"PID","b":"TestTopic","c":"TBW102","d":4,"e":0,"f":0,"g":1,"h":0,"m":false}""")]
    [InlineData("""{"a":"PID","b":"TestTopic","c":"TBW102","d":"4","e":"0","f":"0","g":"1","h":"0","m":"nonsense","k":""}""")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"0","f":"0","g":"1","h":"0"}""")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"0","f":"0","g":"1","h":"0","z":{"deep":[1,{"er":null}]},"i":null,"j":null}""")]
    public async Task Odd_but_harmless_fields_are_accepted(string fields)
    {
        await using var broker = await TestBroker.StartAsync();
        using var connection = await RawConnection.OpenAsync(broker);

        var answer = await connection.AskAsync(Send(fields));

        Assert.True(answer.ResponseCode == ResponseCode.Success, $"{answer.ResponseCode}: {answer.Remark}");
    }

    [Theory]
    [InlineData("{}", "topic")]
    [InlineData("""{"a":"PID","c":"TBW102","e":"0","f":"0","g":"1","h":"0"}""", "topic")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"four","f":"0","g":"1","h":"0"}""", "queueId")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":{},"f":"0","g":"1","h":"0"}""", "queueId")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"99999999999","f":"0","g":"1","h":"0"}""", "queueId")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"0","f":[1],"g":"1","h":"0"}""", "sysFlag")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"0","f":"0","g":true,"h":"0"}""", "bornTimestamp")]
    [InlineData("""{"a":"PID","b":"TestTopic","e":"0","f":"0","g":"1"}""", "flag")]
    public async Task A_field_that_is_missing_or_of_the_wrong_type_is_named(string fields, string field)
    {
        await using var broker = await TestBroker.StartAsync();
        using var connection = await RawConnection.OpenAsync(broker);

        var answer = await connection.AskAsync(Send(fields));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.Contains(field, answer.Remark, StringComparison.Ordinal);
        Assert.Equal(0, broker.Context.Store.CommitLogMaxOffset);
        Assert.Equal(ResponseCode.Success, (await connection.AskAsync(Send(Good))).ResponseCode);
    }

    [Theory]
    [InlineData(RequestCode.PullMessage)]
    [InlineData(RequestCode.QueryMessage)]
    [InlineData(RequestCode.ViewMessageById)]
    [InlineData(RequestCode.ConsumerSendMsgBack)]
    [InlineData(RequestCode.SendMessage)]
    public async Task Requests_without_fields_are_answered(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();
        using var connection = await RawConnection.OpenAsync(broker);

        foreach (var fields in new[] { "", ",\"extFields\":null", ",\"extFields\":{}", ",\"extFields\":[]", ",\"extFields\":\"text\"" })
        {
            // Fields that are no object are no header; the connection may be closed over them, but not the broker.
            using var other = await RawConnection.OpenAsync(broker);
            await other.SendAsync(RawConnection.Frame($$"""{"code":{{(int)code}},"opaque":1{{fields}}}"""));
            try
            {
                var answer = await other.ReadAsync();
                Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
                Assert.False(string.IsNullOrEmpty(answer.Remark));
            }
            catch (IOException) when (fields.EndsWith("[]", StringComparison.Ordinal) || fields.EndsWith("\"text\"", StringComparison.Ordinal))
            {
                // closed
            }
        }

        Assert.Equal(ResponseCode.Success, (await connection.AskAsync(Send(Good))).ResponseCode);
    }

    [Fact]
    public async Task A_body_at_the_limit_is_stored_and_one_byte_more_is_not()
    {
        const int Limit = 512 * 1024;
        await using var broker = await TestBroker.StartAsync();
        var overhead = MessageRecordLayout.TotalSize(0, Sends.Topic.Length, 0);

        var fits = await broker.SendAsync(Sends.Header(), new byte[Limit - overhead]);
        var before = broker.Context.Store.CommitLogMaxOffset;
        var exceeds = await broker.SendAsync(Sends.Header(), new byte[Limit - overhead + 1]);
        var enormous = await broker.SendAsync(Sends.Header(), new byte[15_000_000]);

        Assert.Equal(ResponseCode.Success, fits.ResponseCode);
        Assert.Equal((ResponseCode.MessageIllegal, ResponseCode.MessageIllegal), (exceeds.ResponseCode, enormous.ResponseCode));
        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
        await HostileFrameTests.AliveAsync(broker);
    }

    [Theory]
    [InlineData("no separators at all")]
    [InlineData("\u0001\u0001\u0001")]
    [InlineData("\u0002\u0002\u0002")]
    [InlineData("KEYS\u0001")]
    [InlineData("\u0001value\u0002")]
    [InlineData("KEYS\u0001a\u0001b\u0002TAGS")]
    [InlineData("KEYS\u0001                  \u0002UNIQ_KEY\u0001\u0002")]
    [InlineData("TAGS\u0001\u0002")]
    public async Task Properties_that_do_not_parse_are_stored_as_they_came(string properties)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.SendOkAsync(Sends.Header(properties: properties), "odd");

        Assert.Equal("odd", Assert.Single(await broker.StoredAsync(Sends.Topic, 0, 1)).Text());
        Assert.True(OffsetMessageId.TryParse(answer.MessageId, out var id));
        Assert.True(MessageRecordView.TryParse(broker.Context.Store.ReadRecord(id.PhysicalOffset)!, out var record));
        Assert.Equal(properties, Encoding.UTF8.GetString(record.Properties));
        Assert.Equal("odd", Assert.Single((await broker.PullAsync(Pulls.Header())).Messages()).Text());
    }

    public static TheoryData<string, byte[]> LyingBatches
    {
        get
        {
            var whole = Sends.Batch(("one", "a\u0001b\u0002"), ("two", ""));
            return new TheoryData<string, byte[]>
            {
                { "empty", [] },
                { "one byte", [0] },
                { "cut in the second item", whole[..^3] },
                { "a byte too many", [.. whole, 0] },
                { "body beyond the end", Patch(whole, 16, 1000) },
                { "negative body", Patch(whole, 16, -1) },
                { "most negative body", Patch(whole, 16, int.MinValue) },
                { "longest body", Patch(whole, 16, int.MaxValue) },
                { "negative properties", [.. whole[..23], 0xFF, 0xFF, .. whole[25..]] },
                { "no batch at all", Encoding.UTF8.GetBytes("just a body that is long enough to look at") },
            };
        }
    }

    [Theory]
    [MemberData(nameof(LyingBatches))]
    public async Task A_batch_that_lies_about_a_length_is_refused_whole(string what, byte[] batch)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendOkAsync(Sends.Header(), "before");
        var before = broker.Context.Store.CommitLogMaxOffset;

        var answer = await broker.SendAsync(Sends.Header() with { Batch = true }, batch, RequestCode.SendBatchMessage);

        Assert.True(answer.ResponseCode == ResponseCode.MessageIllegal, $"{what}: {answer.ResponseCode}");
        Assert.Equal(before, broker.Context.Store.CommitLogMaxOffset);
        await HostileFrameTests.AliveAsync(broker);
    }

    [Fact]
    public async Task What_was_stored_between_attacks_survives_a_restart()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await broker.SendOkAsync(Sends.Header(), $"good {i}");
            using var attacker = await RawConnection.OpenAsync(broker);
            await attacker.SendAsync(Convert.FromHexString("7FFFFFFF00000000"));
            await attacker.ClosedAsync();
            await broker.SendAsync(Sends.Header() with { Batch = true }, [1, 2, 3]);
            await broker.SendAsync(Sends.Header("../escape"));
        }

        await broker.App.DisposeAsync();
        await using var again = await BrokerApp.StartAsync(
            TestBroker.Options(broker.StorePath),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);

        var store = again.Context.Store;
        Assert.Equal(20, store.MaxOffset(Sends.Topic, 0));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"good {i}", Sends.Decode(store.ReadRecord(store.CommitOffset(Sends.Topic, 0, i))!).Text());
        }

        Assert.False(Directory.Exists(Path.Combine(broker.StorePath, "escape")));
    }

    private static byte[] Send(string fields) =>
        RawConnection.Frame($$"""{"code":310,"opaque":1,"version":293,"extFields":{{fields}}}""", "body"u8);

    private static byte[] Patch(byte[] batch, int at, int value)
    {
        var patched = (byte[])batch.Clone();
        BinaryPrimitives.WriteInt32BigEndian(patched.AsSpan(at), value);
        return patched;
    }
}
