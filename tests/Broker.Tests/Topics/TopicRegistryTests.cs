using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Topics;

public sealed class TopicRegistryTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_broker_has_the_system_topics()
    {
        var topics = Create(options => options.TraceTopicEnable = true);

        Assert.Equal(
            ["BenchmarkTest", "DefaultCluster", "OFFSET_MOVED_EVENT", "RMQ_SYS_TRACE_TOPIC", "SELF_TEST_TOPIC", "TBW102", "broker-a"],
            topics.SystemTopics.Order(StringComparer.Ordinal));
        Assert.Equal(7, topics.Find("TBW102")!.Perm);
        Assert.Equal(8, topics.Find("TBW102")!.WriteQueueNums);
        Assert.Equal(1024, topics.Find("BenchmarkTest")!.ReadQueueNums);
    }

    [Fact]
    public async Task A_recorded_topics_file_is_written_back_with_the_same_lines()
    {
        Directory.CreateDirectory(_directory["config"]);
        var recorded = Path.Combine(TestBroker.GoldenStore, "config", "topics.json");
        File.Copy(recorded, _directory["config", "topics.json"]);
        var topics = Create(options => options.TraceTopicEnable = true);

        topics.Load();
        Assert.Null(await topics.SaveAsync());

        Assert.Equal(Sorted(recorded), Sorted(topics.FilePath));
        Assert.True(File.Exists(topics.FilePath + ".bak"));
        Assert.True(topics.Find("GoldenOrder")!.Order);
    }

    [Fact]
    public void After_a_crash_topics_that_have_queues_get_a_configuration_again()
    {
        var topics = Create();
        topics.Update(new TopicConfig { TopicName = "Known", ReadQueueNums = 2, WriteQueueNums = 2 });

        topics.AdoptFrom(new Dictionary<string, int>
        {
            ["Lost"] = 4, ["Known"] = 8, ["%DLQ%G"] = 1, [TopicNames.Schedule] = 18, [TopicNames.TransactionOperation] = 1,
        });

        Assert.Equal((4, 4, 6), (topics.Find("Lost")!.ReadQueueNums, topics.Find("Lost")!.WriteQueueNums, topics.Find("Lost")!.Perm));
        Assert.Equal(2, topics.Find("Known")!.ReadQueueNums);
        Assert.Equal(2, topics.Find("%DLQ%G")!.Perm);
        Assert.Null(topics.Find(TopicNames.Schedule));
        Assert.Null(topics.Find(TopicNames.TransactionOperation));
    }

    [Fact]
    public async Task A_broken_file_is_replaced_by_its_backup()
    {
        var first = Create();
        Assert.Null(first.Update(new TopicConfig { TopicName = "T", ReadQueueNums = 3, WriteQueueNums = 3 }));
        await first.SaveAsync();
        await first.SaveAsync();
        await File.WriteAllTextAsync(first.FilePath, "{\"topicConfigTable\":{\"T\":", TestContext.Current.CancellationToken);

        var second = Create();
        second.Load();

        Assert.Equal(3, second.Find("T")!.ReadQueueNums);
    }

    [Fact]
    public async Task Without_a_readable_file_or_backup_the_load_fails_with_one_sentence()
    {
        var topics = Create();
        await topics.SaveAsync();
        await File.WriteAllTextAsync(topics.FilePath, "[", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(topics.FilePath + ".bak", "]", TestContext.Current.CancellationToken);

        var problem = Assert.Throws<InvalidDataException>(() => Create().Load());

        Assert.Contains("topics.json", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_send_creates_a_topic_after_the_template()
    {
        var announced = 0;
        var topics = Create();
        topics.CreatedAutomatically += () => announced++;
        var before = topics.Version;

        var topic = topics.FindOrCreateForSend("New", TopicNames.AutoCreateTemplate, 4, 0, out var problem);

        Assert.Null(problem);
        Assert.Equal(4, topic!.WriteQueueNums);
        Assert.Equal(6, topic.Perm);
        Assert.Same(topic, topics.FindOrCreateForSend("New", TopicNames.AutoCreateTemplate, 9, 0, out _));
        Assert.Equal(1, announced);
        Assert.Equal(before.Counter + 1, topics.Version.Counter);
    }

    [Fact]
    public void A_producer_cannot_ask_for_more_queues_than_the_template_has() =>
        Assert.Equal(8, Create().FindOrCreateForSend("New", TopicNames.AutoCreateTemplate, 1000, 0, out _)!.WriteQueueNums);

    [Fact]
    public void Without_automatic_creation_an_unknown_topic_stays_unknown()
    {
        var topics = Create(options => options.AutoCreateTopicEnable = false);

        Assert.Null(topics.FindOrCreateForSend("New", TopicNames.AutoCreateTemplate, 4, 0, out var problem));
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("topic\u4e2d")]
    public void Illegal_names_are_refused(string name)
    {
        Assert.NotNull(Create().Update(new TopicConfig { TopicName = name }));
        Assert.Null(Create().FindOrCreateForSend(name, TopicNames.AutoCreateTemplate, 4, 0, out _));
    }

    [Fact]
    public void A_name_may_have_127_bytes_and_no_more()
    {
        Assert.Null(Create().Update(new TopicConfig { TopicName = new string('t', 127) }));
        Assert.NotNull(Create().Update(new TopicConfig { TopicName = new string('t', 128) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void Impossible_numbers_of_queues_are_refused(int queues) =>
        Assert.Contains("writeQueueNums", Create().Update(new TopicConfig { TopicName = "T", WriteQueueNums = queues }), StringComparison.Ordinal);

    [Fact]
    public void The_name_servers_say_which_topics_are_ordered()
    {
        var topics = Create();
        topics.Update(new TopicConfig { TopicName = "A" });
        topics.Update(new TopicConfig { TopicName = "B", Order = true });

        Assert.True(topics.SetOrdered(new HashSet<string> { "A" }));

        Assert.True(topics.Find("A")!.Order);
        Assert.False(topics.Find("B")!.Order);
        Assert.False(topics.SetOrdered(new HashSet<string> { "A" }));
    }

    [Fact]
    public async Task Many_changes_at_once_share_a_save()
    {
        var topics = Create();
        for (var i = 0; i < 500; i++)
        {
            topics.FindOrCreateForSend($"T{i}", TopicNames.AutoCreateTemplate, 1, 0, out _);
        }

        Assert.Null(await topics.SaveAsync());

        var copy = Create();
        copy.Load();
        Assert.NotNull(copy.Find("T499"));
        Assert.Equal(topics.Version, copy.Version);
    }

    private static string[] Sorted(string path) =>
        [.. File.ReadAllText(path, Encoding.UTF8).Split('\n').Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal)];

    private TopicRegistry Create(Action<Broker.Configuration.BrokerOptions>? adjust = null)
    {
        var options = TestBroker.Options(_directory.Path);
        adjust?.Invoke(options);
        return new TopicRegistry(options, _clock, NullLogger<TopicRegistry>.Instance);
    }
}
