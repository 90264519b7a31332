using System.Text;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Tests.AccessControl;

public sealed class AccessGateTests
{
    private const string Prefix = "org.apache.rocketmq.acl.common.AclException: ";

    [Fact]
    public async Task Who_does_not_sign_may_nothing()
    {
        await using var broker = await TestAcl.StartAsync();

        foreach (var code in RequestRights.Codes)
        {
            var answer = await broker.AskAsync(code);
            Assert.Equal((ResponseCode.SystemError, Prefix + "No accessKey is configured"), (answer.ResponseCode, answer.Remark));
        }
    }

    [Fact]
    public async Task Administrators_may_everything_and_others_no_administration()
    {
        await using var broker = await TestAcl.StartAsync();
        var topic = new UpdateAndCreateTopicRequestHeader
        {
            Topic = "fresh", DefaultTopic = "TBW102", ReadQueueNums = 1, WriteQueueNums = 1, Perm = 6, TopicFilterType = "SINGLE_TAG",
        };

        var user = await AskAsync(broker, TestAcl.User, RequestCode.UpdateAndCreateTopic, topic);
        var admin = await AskAsync(broker, TestAcl.Admin, RequestCode.UpdateAndCreateTopic, topic);
        var send = await AskAsync(broker, TestAcl.Admin, RequestCode.SendMessageV2, Sends.Header("fresh"), "x"u8.ToArray());

        Assert.Equal(Prefix + "Need admin permission for request code=17, but accessKey=RocketMQ is not", user.Remark);
        Assert.Equal(ResponseCode.Success, admin.ResponseCode);
        Assert.Equal(ResponseCode.Success, send.ResponseCode);
    }

    [Fact]
    public async Task A_code_without_an_entry_is_for_administrators()
    {
        await using var broker = await TestAcl.StartAsync();

        var user = await AskAsync(broker, TestAcl.User, (RequestCode)4711);
        var admin = await AskAsync(broker, TestAcl.Admin, (RequestCode)4711);

        Assert.Contains("Need admin permission", user.Remark, StringComparison.Ordinal);
        Assert.Equal(ResponseCode.RequestCodeNotSupported, admin.ResponseCode);
    }

    [Fact]
    public async Task Batches_need_the_right_to_publish()
    {
        await using var broker = await TestAcl.StartAsync();
        var batch = Sends.Batch(("one", ""), ("two", ""));

        var refused = await AskAsync(broker, TestAcl.User, RequestCode.SendBatchMessage, Sends.Header("topicC"), batch);
        var taken = await AskAsync(broker, TestAcl.User, RequestCode.SendBatchMessage, Sends.Header("topicB"), batch);

        Assert.Equal(Prefix + "No default permission for topic:topicC", refused.Remark);
        Assert.Equal(ResponseCode.Success, taken.ResponseCode);
    }

    [Fact]
    public async Task Locks_and_offsets_need_the_group_and_the_topic()
    {
        await using var broker = await TestAcl.StartAsync();
        RemotingCommand Locks(RequestCode code, string group, string topic) => TestAcl.Signed(code, null, BodyJson.Serialize(
            new LockBatchRequestBody { ClientId = "c", ConsumerGroup = group, MqSet = [new MessageQueue(topic, "broker-a", 0)] }));
        var client = broker.NewClient();

        foreach (var code in new[] { RequestCode.LockBatchMq, RequestCode.UnlockBatchMq })
        {
            Assert.Equal(Prefix + "No default permission for group:groupA", (await broker.AskAsync(client, Locks(code, "groupA", "topicB"))).Remark);
            Assert.Equal(Prefix + "No default permission for topic:topicA", (await broker.AskAsync(client, Locks(code, "groupB", "topicA"))).Remark);
            Assert.Equal(ResponseCode.Success, (await broker.AskAsync(client, Locks(code, "groupB", "topicB"))).ResponseCode);
        }

        var offset = await AskAsync(
            broker, TestAcl.User, RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "groupB", Topic = "topicA", QueueId = 0 });
        Assert.Equal(Prefix + "No default permission for topic:topicA", offset.Remark);
        var broken = await AskAsync(broker, TestAcl.User, RequestCode.LockBatchMq, null, "{"u8.ToArray());
        Assert.StartsWith(Prefix, broken.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_are_looked_at_by_offset_only_by_those_who_may_subscribe()
    {
        await using var broker = await TestAcl.StartAsync();
        var secret = broker.Put("topicA", 0, "not for you").CommitOffset;
        var open = broker.Put("topicC", 0, "for you").CommitOffset;

        Assert.Equal(Prefix + "No default permission for topic:topicA", (await ViewAsync(broker, TestAcl.User, secret)).Remark);
        Assert.Equal(ResponseCode.Success, (await ViewAsync(broker, TestAcl.User, open)).ResponseCode);
        Assert.Equal(ResponseCode.Success, (await ViewAsync(broker, TestAcl.Admin, secret)).ResponseCode);
    }

    [Fact]
    public async Task A_message_is_sent_back_only_by_those_who_may_subscribe_to_the_topic_it_really_has()
    {
        await using var broker = await TestAcl.StartAsync();
        var secret = broker.Put("topicA", 0, "not for you").CommitOffset;
        var open = broker.Put("topicC", 0, "for you").CommitOffset;
        ConsumerSendMessageBackRequestHeader Back(long offset, string group) =>
            new() { Offset = offset, Group = group, DelayLevel = 1, OriginTopic = "topicC" };

        var stolen = await AskAsync(broker, TestAcl.User, RequestCode.ConsumerSendMsgBack, Back(secret, "groupC"));
        var foreign = await AskAsync(broker, TestAcl.User, RequestCode.ConsumerSendMsgBack, Back(open, "groupA"));
        var fair = await AskAsync(broker, TestAcl.User, RequestCode.ConsumerSendMsgBack, Back(open, "groupC"));

        Assert.Equal(Prefix + "No default permission for topic:topicA", stolen.Remark);
        Assert.Equal(Prefix + "No default permission for group:groupA", foreign.Remark);
        Assert.Equal((ResponseCode.Success, null), (fair.ResponseCode, fair.Remark)); // SUB is enough: publishing is the original's need
    }

    [Fact]
    public async Task A_transaction_is_ended_only_by_those_who_may_publish_to_the_topic_it_is_for()
    {
        await using var broker = await TestAcl.StartAsync();
        var properties = Sends.Properties(("TRAN_MSG", "true"), ("PGROUP", "PID_Test"), ("UNIQ_KEY", "U1"));
        broker.Context.Topics.FindOrCreate("topicA", 4, Permissions.ReadWrite, 0, out _);
        var begun = await AskAsync(broker, TestAcl.Admin, RequestCode.SendMessageV2, Sends.Header("topicA", properties: properties), "x"u8.ToArray());
        Assert.True(begun.ResponseCode == ResponseCode.Success, begun.Remark);
        var end = Transactions.TestProducer.End(begun.ReadHeader<SendMessageResponseHeader>(), MessageSysFlags.TransactionCommit);

        var refused = await AskAsync(broker, TestAcl.User, RequestCode.EndTransaction, end);
        var ended = await AskAsync(broker, TestAcl.Admin, RequestCode.EndTransaction, end);

        Assert.Equal(Prefix + "No default permission for topic:topicA", refused.Remark);
        Assert.True(ended.ResponseCode == ResponseCode.Success, ended.Remark);
    }

    [Fact]
    public async Task Queries_of_the_original_client_which_does_not_sign_its_flag_are_taken()
    {
        await using var broker = await TestAcl.StartAsync();
        RemotingCommand Query(string topic, string flag)
        {
            var request = RemotingCommand.Request(RequestCode.QueryMessage);
            request.ExtFields = new Dictionary<string, string>
            {
                ["topic"] = topic, ["key"] = "k", ["maxNum"] = "8", ["beginTimestamp"] = "0", ["endTimestamp"] = "9000000000000",
            };
            TestAcl.User.Sign(request);
            request.ExtFields[flag] = "true";
            return request;
        }

        var client = broker.NewClient();
        Assert.Equal(ResponseCode.QueryNotFound, (await broker.AskAsync(client, Query("topicC", "_UNIQUE_KEY_QUERY"))).ResponseCode);
        Assert.Contains("No default permission", (await broker.AskAsync(client, Query("topicA", "_UNIQUE_KEY_QUERY"))).Remark, StringComparison.Ordinal);
        Assert.Contains("Check signature failed", (await broker.AskAsync(client, Query("topicC", "another"))).Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_made_to_collide_finds_nothing_of_another_topic()
    {
        await using var broker = await TestAcl.StartAsync();
        broker.Put("topicA", 0, "not for you", Sends.Properties(("KEYS", "secret")));
        broker.Put("topicC", 0, "for you", Sends.Properties(("KEYS", "open")));
        var key = CollidingKey("topicA#secret", "topicC#");
        QueryMessageRequestHeader Query(string k) => new() { Topic = "topicC", Key = k, MaxNum = 8, BeginTimestamp = 0, EndTimestamp = long.MaxValue };
        await TestBroker.EventuallyAsync(() => broker.Context.Store.Query("topicC", key, 8, 0, long.MaxValue).Records.Count == 1, "the index has the other message");

        Assert.Equal(ResponseCode.QueryNotFound, (await AskAsync(broker, TestAcl.User, RequestCode.QueryMessage, Query(key))).ResponseCode);
        await TestBroker.EventuallyAsync(() => broker.Context.Store.Query("topicC", "open", 8, 0, long.MaxValue).Records.Count == 1, "the index has its own");
        Assert.Equal(ResponseCode.Success, (await AskAsync(broker, TestAcl.User, RequestCode.QueryMessage, Query("open"))).ResponseCode);
    }

    [Fact]
    public async Task A_white_address_needs_no_signature_and_no_fields()
    {
        await using var broker = await TestAcl.StartAsync("globalWhiteRemoteAddresses: ['127.0.0.*']\n");

        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(RequestCode.GetAllTopicConfig)).ResponseCode);
        Assert.Equal(ResponseCode.Success, (await broker.SendAsync(Sends.Header())).ResponseCode);
    }

    [Fact]
    public async Task An_account_is_trusted_from_its_own_address_by_its_key_alone()
    {
        await using var broker = await TestAcl.StartAsync("accounts:\n- accessKey: account1\n  secretKey: 12345678\n  whiteRemoteAddress: 127.0.0.1\n");
        var named = RemotingCommand.Request(RequestCode.GetAllTopicConfig);
        named.ExtFields = new Dictionary<string, string> { ["AccessKey"] = "account1" };

        Assert.Equal(ResponseCode.Success, (await broker.AskAsync(broker.NewClient(), named)).ResponseCode);
        Assert.Contains("No accessKey", (await broker.AskAsync(RequestCode.GetAllTopicConfig)).Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("body")]
    [InlineData("field")]
    [InlineData("more")]
    [InlineData("cut")]
    [InlineData("none")]
    [InlineData("long")]
    [InlineData("code")]
    public async Task Whatever_is_changed_after_signing_is_noticed(string what)
    {
        await using var broker = await TestAcl.StartAsync();
        var request = TestAcl.Signed(RequestCode.SendMessageV2, Sends.Header("topicB"), "body"u8.ToArray());
        var fields = request.ExtFields!;
        var changed = new RemotingCommand
        {
            Code = request.Code,
            Header = what == "field" ? Sends.Header("topicB", queueId: 1) : request.Header,
            Body = what == "body" ? "bodY"u8.ToArray() : request.Body,
            ExtFields = fields,
        };
        switch (what)
        {
            case "more": fields["zzz"] = "1"; break;
            case "cut": fields["Signature"] = fields["Signature"][..^1]; break;
            case "none": fields.Remove("Signature"); break;
            case "long": fields["Signature"] = new string('A', 100_000); break;
            case "code": fields["Signature"] = Convert.ToBase64String(new byte[20]); break;
        }

        var answer = await broker.AskAsync(broker.NewClient(), changed);

        Assert.Equal((ResponseCode.SystemError, Prefix + "Check signature failed for accessKey=RocketMQ"), (answer.ResponseCode, answer.Remark));
    }

    [Fact]
    public async Task Huge_strange_and_countless_fields_are_refused_in_one_line()
    {
        await using var broker = await TestAcl.StartAsync();
        var client = broker.NewClient();
        foreach (var accessKey in new[] { new string('k', 1_000_000), "ключ\n\r\u0000", "\uD83D\uDE80\uFFFD", "", "rocketmq" })
        {
            var answer = await broker.AskAsync(client, TestAcl.Signed(RequestCode.GetAllTopicConfig, signer: new RequestSigner("x" + accessKey, "whatever")));
            Assert.StartsWith(Prefix + "No acl config for x", answer.Remark, StringComparison.Ordinal);
            Assert.InRange(answer.Remark!.Length, 1, 300);
            Assert.DoesNotContain('\n', answer.Remark);
        }

        var many = RemotingCommand.Request(RequestCode.GetAllTopicConfig);
        many.ExtFields = Enumerable.Range(0, 10_000).ToDictionary(i => $"f{i}", _ => "v");
        TestAcl.User.Sign(many);
        Assert.Contains("more than 128", (await broker.AskAsync(client, many)).Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unicode_names_and_values_are_signed_and_checked()
    {
        await using var broker = await TestAcl.StartAsync("accounts:\n- {accessKey: ключ-доступа, secretKey: 'тайна 🚀 тайна', admin: true}\n");
        foreach (var type in new[] { SerializeType.Json, SerializeType.RocketMq })
        {
            var request = RemotingCommand.Request(RequestCode.GetAllTopicConfig);
            request.ExtFields = new Dictionary<string, string> { ["\uE000"] = "é", ["\U00010000"] = "\U0001F680", ["ключ"] = "\u2028", ["z"] = "\"\\\u0001" };
            var client = broker.NewClient(serializeType: type, signer: new RequestSigner("ключ-доступа", "тайна 🚀 тайна"));

            Assert.Equal(ResponseCode.Success, (await broker.AskAsync(client, request)).ResponseCode);
        }
    }

    [Fact]
    public async Task Rules_that_change_take_effect_on_open_connections()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var broker = await TestAcl.StartAsync("accounts:\n- {accessKey: account1, secretKey: 12345678, admin: true}\n", clock: clock);
        var client = broker.NewClient(signer: new RequestSigner("account1", TestAcl.Secret));
        Assert.Equal(ResponseCode.Success, (await GetTopicsAsync(broker, client)).ResponseCode);

        await File.WriteAllTextAsync(
            Path.Combine(broker.StorePath, "plain_acl.yml"),
            "accounts:\n- {accessKey: account1, secretKey: 87654321, admin: true}\n",
            TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("Check signature failed", (await GetTopicsAsync(broker, client)).Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_counted_all_and_logged_within_bounds()
    {
        using var log = new LogCollector();
        await using var broker = await TestAcl.StartAsync(loggers: log);

        for (var i = 0; i < 200; i++)
        {
            await broker.AskAsync(RequestCode.GetAllTopicConfig);
        }

        await broker.NewClient().SendOneWayAsync(
            broker.Address, RemotingCommand.Request(RequestCode.UpdateConsumerOffset), TestBroker.Patience, TestContext.Current.CancellationToken);
        await TestBroker.EventuallyAsync(() => broker.Context.Access!.Refusals.Counts.Single(c => c.Reason == "NoKey").Count == 201, "one-way counted");
        Assert.InRange(log.Of(4064).Count(), 1, 2 * Refusals.LoggedPerMinute); // a minute may end meanwhile
    }

    [Fact]
    public void What_was_not_logged_is_told_a_minute_later()
    {
        var clock = new FakeTimeProvider();
        using var log = new LogCollector();
        var refusals = new Refusals(clock, log);
        for (var i = 0; i < 50; i++)
        {
            refusals.Refuse(Refusals.Reason.Signature, "text", 10, "peer");
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        refusals.Refuse(Refusals.Reason.Signature, "text", 10, "peer");

        Assert.Equal(Refusals.LoggedPerMinute + 1, log.Of(4064).Count());
        Assert.Contains((50 - Refusals.LoggedPerMinute).ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(log.Of(4065)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_ever_logged_or_shown()
    {
        const string secret = "s3cret-of-the-account";
        const string own = "s3cret-of-the-broker";
        using var log = new LogCollector();
        await using var broker = await TestBroker.StartAsync(
            options =>
            {
                options.Access.AclEnable = true;
                options.Access.AccessKey = "account1";
                options.Access.SecretKey = own;
                options.Access.PlainAclFile = Path.Combine(options.Store.StorePathRootDir, "acl.yml");
                File.WriteAllText(options.Access.PlainAclFile, $"accounts:\n- {{accessKey: account1, secretKey: {secret}, admin: true}}\n");
            },
            loggers: log);
        var client = broker.NewClient(signer: new RequestSigner("account1", secret));
        var shown = new StringBuilder();
        foreach (var code in RequestRights.Codes)
        {
            var answer = await broker.AskAsync(client, RemotingCommand.Request(code));
            shown.AppendLine(answer.Remark).AppendLine(Encoding.UTF8.GetString(answer.Body.Span));
        }

        await broker.AskAsync(broker.NewClient(signer: new RequestSigner("account1", "wrong")), RemotingCommand.Request(RequestCode.GetBrokerConfig));
        await File.WriteAllTextAsync(broker.Context.Options.Access.PlainAclFile, $"accounts:\n- secretKey: *{secret}\n", TestContext.Current.CancellationToken);
        await TestBroker.EventuallyAsync(() => log.Of(4062).Any(), "the bad file was noticed");

        Assert.NotEmpty(log.All);
        Assert.DoesNotContain("s3cret", string.Join('\n', log.All), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("accessKey=account1", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_code_that_the_broker_serves_has_an_entry()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.Empty(broker.App.RequestCodes.Except(RequestRights.Codes));
    }

    /// <summary>What to put behind a prefix so that Java's string hash is that of another text: digits to the base 31.</summary>
    private static string CollidingKey(string text, string prefix)
    {
        static uint Hash(string s) => s.Aggregate(0u, (hash, c) => (31 * hash) + c);
        const int length = 7;
        var wanted = (ulong)(Hash(text) - Hash(prefix + new string('A', length))) + (1UL << 32);
        var key = new char[length];
        for (var at = length - 1; at >= 0; at--, wanted /= 31)
        {
            key[at] = (char)('A' + (wanted % 31));
        }

        return new string(key);
    }

    private static Task<RemotingCommand> GetTopicsAsync(TestBroker broker, RemotingClient client) =>
        broker.AskAsync(client, RemotingCommand.Request(RequestCode.GetAllTopicConfig));

    private static Task<RemotingCommand> ViewAsync(TestBroker broker, RequestSigner signer, long offset) =>
        AskAsync(broker, signer, RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = offset });

    private static Task<RemotingCommand> AskAsync(
        TestBroker broker, RequestSigner signer, RequestCode code, ICommandHeader? header = null, byte[]? body = null) =>
        broker.AskAsync(broker.NewClient(signer: signer), RemotingCommand.Request(code, header, body ?? []));
}
