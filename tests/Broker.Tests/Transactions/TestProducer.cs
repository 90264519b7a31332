using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Tests.Sending;
using Rocketeer.Broker.Transactions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Tests.Transactions;

/// <summary>A producer of transactions that is told when the broker asks what became of one.</summary>
internal sealed class TestProducer : IAsyncRequestHandler
{
    public const string Group = "PID_Test";

    private readonly Channel<RemotingCommand> _questions = Channel.CreateUnbounded<RemotingCommand>();
    private RemotingClient? _client;

    public int Waiting => _questions.Reader.Count;

    /// <summary>A clock that starts anywhere.</summary>
    public static FakeTimeProvider Clock() => new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    /// <summary>A broker whose check runs when the test says so, and whose records are on the disk at once.</summary>
    public static Task<TestBroker> StartBrokerAsync(FakeTimeProvider clock, Action<BrokerOptions>? adjust = null) => TestBroker.StartAsync(
        options =>
        {
            options.Store.FlushDiskType = FlushDiskType.SyncFlush;
            options.Transactions.TransactionCheckInterval = 86_400_000;
            adjust?.Invoke(options);
        },
        clock);

    /// <summary>A producer that the broker knows.</summary>
    public static async Task<TestProducer> JoinAsync(TestBroker broker, string group = Group)
    {
        var producer = new TestProducer();
        producer._client = broker.NewClient(
            new RequestDispatcher().Map(RequestCode.CheckTransactionState, producer, new RequestQueue("questions", 100, 1)));
        var answer = await broker.AskAsync(producer._client, Heartbeats.Producer(Guid.NewGuid().ToString(), group));
        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        return producer;
    }

    /// <summary>Sends the half message of a transaction.</summary>
    public static Task<SendMessageResponseHeader> BeginAsync(
        TestBroker broker, long bornAt = 1_700_000_000_000, int queueId = 2, params (string Name, string Value)[] properties) =>
        broker.SendOkAsync(Sends.Header(
            queueId: queueId,
            properties: Sends.Properties([("TRAN_MSG", "true"), ("PGROUP", Group), ("UNIQ_KEY", "U1"), ("TAGS", "TagA"), .. properties])) with
        {
            BornTimestamp = bornAt,
            Flag = 7,
        });

    /// <summary>How a producer ends the transaction of a half message that it has just sent.</summary>
    public static EndTransactionRequestHeader End(SendMessageResponseHeader half, int outcome)
    {
        Assert.True(OffsetMessageId.TryParse(half.MessageId, out var id));
        return new EndTransactionRequestHeader
        {
            ProducerGroup = Group,
            TranStateTableOffset = half.QueueOffset!.Value,
            CommitLogOffset = id.PhysicalOffset,
            CommitOrRollback = outcome,
            MsgId = "U1",
        };
    }

    /// <summary>How a producer answers a question.</summary>
    public static EndTransactionRequestHeader Answer(CheckTransactionStateRequestHeader question, int outcome) => new()
    {
        ProducerGroup = Group,
        TranStateTableOffset = question.TranStateTableOffset,
        CommitLogOffset = question.CommitLogOffset,
        CommitOrRollback = outcome,
        FromTransactionCheck = true,
        MsgId = question.MsgId,
        TransactionId = question.TransactionId,
    };

    /// <summary>Ends a transaction, and waits until so many are noted as ended.</summary>
    public static async Task EndAsync(TestBroker broker, EndTransactionRequestHeader end, int operations)
    {
        var answer = await broker.AskAsync(RequestCode.EndTransaction, end);
        Assert.True(answer.ResponseCode == ResponseCode.Success, answer.Remark);
        await OperationsAsync(broker, operations);
    }

    /// <summary>Runs the check once, when everything stored so far is in the queues.</summary>
    public static async Task CheckAsync(TestBroker broker)
    {
        var store = broker.Context.Store;
        await TestBroker.EventuallyAsync(() => store.DispatchBehindBytes == 0, "everything is dispatched");
        await broker.App.Transactions!.Check.CheckAsync(TestContext.Current.CancellationToken);
        await TestBroker.EventuallyAsync(() => store.DispatchBehindBytes == 0, "everything is dispatched");
    }

    /// <summary>The half messages from the beginning, with their copies.</summary>
    public static Task<List<MessageExt>> HalvesAsync(TestBroker broker, int count) =>
        broker.StoredAsync(TopicNames.TransactionHalf, HalfMessage.QueueId, count);

    /// <summary>The half offsets that are noted as done with.</summary>
    public static async Task<List<string>> OperationsAsync(TestBroker broker, int count) =>
        [.. (await broker.StoredAsync(TopicNames.TransactionOperation, HalfMessage.QueueId, count)).Select(operation => operation.Text())];

    /// <summary>How far the check has come, as the offset table has it.</summary>
    public static (long Half, long Operations) Progress(TestBroker broker) => (
        broker.Context.Offsets.Find(HalfMessage.CheckGroup, TopicNames.TransactionHalf, 0),
        broker.Context.Offsets.Find(HalfMessage.CheckGroup, TopicNames.TransactionOperation, 0));

    /// <summary>The next question.</summary>
    public async Task<RemotingCommand> QuestionAsync()
    {
        using var timeout = new CancellationTokenSource(TestBroker.Patience);
        return await _questions.Reader.ReadAsync(timeout.Token);
    }

    public async Task<CheckTransactionStateRequestHeader> QuestionHeaderAsync() =>
        (await QuestionAsync()).ReadHeader<CheckTransactionStateRequestHeader>();

    public ValueTask<RemotingCommand?> HandleAsync(RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        Assert.True(_questions.Writer.TryWrite(request));
        return ValueTask.FromResult<RemotingCommand?>(null);
    }
}
