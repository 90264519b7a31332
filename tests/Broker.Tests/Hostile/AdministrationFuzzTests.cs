using System.Text;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Tests.Hostile;

/// <summary>Every code, with fields and bodies that nobody means: each gets an answer in words, and the broker is as it was.</summary>
public sealed class AdministrationFuzzTests
{
    private const int RequestsPerCode = 40;

    private static readonly string[] Fields =
    [
        "topic", "group", "consumerGroup", "producerGroup", "groupName", "queueId", "offset", "queueOffset", "commitOffset", "timestamp", "key",
        "maxNum", "maxMsgNums", "beginTimestamp", "endTimestamp", "clientID", "clientId", "clientAddr", "msgId", "index", "count", "isForce",
        "isOrder", "srcGroup", "destGroup", "offline", "statsName", "statsKey", "filterServerAddr", "compareGroup", "filterGroups",
        "defaultTopic", "readQueueNums", "writeQueueNums", "perm", "topicFilterType", "topicSysFlag", "order", "delayLevel", "originMsgId",
        "sysFlag", "subscription", "subVersion", "expressionType", "suspendTimeoutMillis", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
        "m", "tranStateTableOffset", "commitLogOffset", "commitOrRollback", "jstackEnable", "unitMode", "maxReconsumeTimes",
    ];

    private static readonly string[] Values =
    [
        "", "0", "-1", "1", "3", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e9",
        "NaN", "true", "null", "Safe", "%RETRY%", "%RETRY%Safe", "%DLQ%", "TBW102", "SCHEDULE_TOPIC_XXXX", "../../etc/passwd", "a@b@c",
        "SINGLE_TAG", "TOPIC_PUT_NUMS", "\u0000\u0001\u0002", "漢字", "{}", "[]", "7F00000100002A9F000000000000",
        "7F00000100002A9FFFFFFFFFFFFFFFFF", "*", "a || b", "SQL92",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "{}", "[]", "null", "1", "\"", "{\"groupName\":null}", "{\"groupName\":\"\"}", "{\"consumerGroup\":5}",
        "{\"consumerGroup\":\"G\",\"clientId\":\"c\",\"mqSet\":[null]}", "{\"consumerGroup\":\"G\",\"clientId\":\"c\",\"mqSet\":[{\"queueId\":-1}]}",
        "{\"clientID\":\"c\",\"consumerDataSet\":[null],\"producerDataSet\":[{}]}", "{\"clientID\":\"c\",\"producerDataSet\":[{\"groupName\":5}]}",
        "{\"subscriptionData\":{\"expressionType\":\"SQL92\",\"subString\":\"((((\"}}", "{\"offsetTable\":{{\"queueId\":1}:1}}",
        "noSuchKey=1", "=\n=\n=", "maxMessageSize=-1", "brokerRole=KING", "messageDelayLevel=soon", "\\u12", "brokerName=",
    ];

    [Fact]
    public async Task Every_code_answers_rubbish_in_words_and_the_broker_stays_whole()
    {
        var random = new Random(20_261_122);
        await using var broker = await TestBroker.StartAsync();
        broker.Context.Topics.FindOrCreate("Safe", 1, 6, 0, out _);
        broker.Put("Safe", 0, "safe");
        await TestBroker.EventuallyAsync(() => broker.Context.Store.MaxOffset("Safe", 0) == 1, "the message is in its queue");
        var record = broker.Context.Store.ReadRecord(0);
        var client = broker.NewClient();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        foreach (var code in Enum.GetValues<RequestCode>().Where(IsAnswered))
        {
            for (var i = 0; i < RequestsPerCode; i++)
            {
                await AskAsync(broker, client, Rubbish(code, random));
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 * 1024 * 1024);
        Assert.Null(broker.App.LivenessProblem());
        Assert.Equal(record, broker.Context.Store.ReadRecord(0));
        Assert.NotEmpty((await broker.ReadAsync<KVTable>(RequestCode.GetBrokerRuntimeInfo)).Table);
        var options = broker.Context.Options;
        Assert.Equal(("broker-a", 512 * 1024), (options.BrokerName, options.Store.MaxMessageSize));
        Assert.InRange(broker.Context.Topics.Count, 1, 2000);
    }

    [Theory]
    [InlineData(RequestCode.UpdateAndCreateSubscriptiongroup)]
    [InlineData(RequestCode.LockBatchMq)]
    [InlineData(RequestCode.UnlockBatchMq)]
    [InlineData(RequestCode.HeartBeat)]
    [InlineData(RequestCode.CheckClientConfig)]
    public async Task A_body_that_is_nested_without_end_is_refused(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"mqSet\":[", 100_000)));

        var answer = await broker.AskAsync(code, body: body);

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        AssertIsSentence(answer);
    }

    /// <summary>A transaction end of an unknown kind has no answer, as in the original; what a broker sends to clients is not asked of it.</summary>
    private static bool IsAnswered(RequestCode code) => code is not RequestCode.EndTransaction;

    private static RemotingCommand Rubbish(RequestCode code, Random random)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var complete = random.Next(2) == 0; // else mandatory fields are missing
        foreach (var field in Fields)
        {
            if (complete || random.Next(3) == 0)
            {
                fields[field] = random.Next(50) == 0 ? new string('x', random.Next(30_000)) : Values[random.Next(Values.Length)];
            }
        }

        if (code == RequestCode.PullMessage)
        {
            fields["sysFlag"] = "4"; // not held: nobody would end its waiting
        }

        var body = random.Next(3) switch
        {
            0 => Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]),
            1 => Noise(random),
            _ => [],
        };
        return new RemotingCommand { Code = (int)code, ExtFields = fields, Body = body };
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(2000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task AskAsync(TestBroker broker, RemotingClient client, RemotingCommand request)
    {
        var answer = await broker.AskAsync(client, request);
        if (answer.ResponseCode != ResponseCode.Success)
        {
            AssertIsSentence(answer);
        }
    }

    private static void AssertIsSentence(RemotingCommand answer)
    {
        var remark = answer.Remark ?? "";
        Assert.False(
            remark.Contains("   at ", StringComparison.Ordinal)
            || remark.Contains("Object reference", StringComparison.Ordinal)
            || remark.Contains("System.", StringComparison.Ordinal),
            $"{answer.ResponseCode}: {remark}");
        Assert.InRange(remark.Length, 0, 40_000);
    }
}
