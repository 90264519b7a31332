using CsCheck;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Operator.Tests.Topics;

/// <summary>What is done for a Topic, as a function of what is wanted and what is.</summary>
public sealed class TopicPlanTests
{
    private const string Name = "orders";

    [Fact]
    public void A_topic_that_is_nowhere_is_put_on_every_group()
    {
        var plan = Plan(new TopicSpec(), wasReady: false, new ObservedTopic("g0", null), new ObservedTopic("g1", null));

        Assert.Equal(["g0", "g1"], plan.Steps.Cast<PutTopic>().Select(step => step.Group));
        Assert.False(plan.Adopts);
    }

    [Fact]
    public void A_topic_that_is_as_wanted_needs_nothing() =>
        Assert.True(Plan(new TopicSpec(), wasReady: true, new ObservedTopic("g0", Config(8, 8))).IsDone);

    [Fact]
    public void A_change_from_outside_is_taken_back()
    {
        var plan = Plan(new TopicSpec(), wasReady: true, new ObservedTopic("g0", Config(8, 8) with { Perm = Permissions.Read }));

        Assert.Equal(Permissions.ReadWrite, Assert.IsType<PutTopic>(Assert.Single(plan.Steps)).Config.Perm);
    }

    [Theory]
    [InlineData("Adopt", 4, null)]
    [InlineData("AdoptIfEqual", 8, null)]
    [InlineData("AdoptIfEqual", 4, "differs on g0")]
    [InlineData("Fail", 8, "adoptionPolicy is Fail")]
    public void What_existed_before_is_taken_over_as_the_policy_says(string policy, int queues, string? refusal)
    {
        var plan = TopicPlan.Compute(Name, new TopicSpec(), Enum.Parse<AdoptionPolicy>(policy), wasReady: false, [new ObservedTopic("g0", Config(queues, queues))]);

        Assert.Equal(refusal is null, plan.Refusal is null);
        Assert.Equal(refusal is null, plan.Adopts);
        if (refusal is not null)
        {
            Assert.Contains(refusal, plan.Refusal!.Message);
            Assert.Empty(plan.Steps);
        }
    }

    [Fact]
    public void Fewer_queues_are_written_at_once_and_read_until_they_are_read_out()
    {
        var spec = new TopicSpec { WriteQueues = 2 };

        var first = Plan(spec, wasReady: true, new ObservedTopic("g0", Config(8, 8)));
        var unread = Plan(spec, wasReady: true, new ObservedTopic("g0", Config(2, 8), new Dictionary<int, long> { [1] = 5, [7] = 1 }));
        var unknown = Plan(spec, wasReady: true, new ObservedTopic("g0", Config(2, 8)));
        var readOut = Plan(spec, wasReady: true, new ObservedTopic("g0", Config(2, 8), new Dictionary<int, long> { [1] = 5, [7] = 0 }));

        Assert.Equal(Config(2, 8), Assert.IsType<PutTopic>(Assert.Single(first.Steps)).Config);
        Assert.Empty(unread.Steps);
        Assert.Equal("ShrinkWaiting", unread.Waiting!.Reason);
        Assert.Empty(unknown.Steps);
        Assert.Equal(Config(2, 2), Assert.IsType<PutTopic>(Assert.Single(readOut.Steps)).Config);
    }

    [Fact]
    public void A_group_that_is_no_longer_wanted_becomes_read_only_and_loses_the_topic_when_it_is_read_out()
    {
        var spec = new TopicSpec { BrokerGroups = ["g0"] };
        var kept = new ObservedTopic("g0", Config(8, 8));
        var readOnly = Config(8, 8) with { Perm = Permissions.Read };

        var first = Plan(spec, wasReady: true, kept, new ObservedTopic("g1", Config(8, 8)));
        var last = Plan(spec, wasReady: true, kept, new ObservedTopic("g1", readOnly, new Dictionary<int, long> { [0] = 0 }));
        var foreign = Plan(spec, wasReady: false, new ObservedTopic("g0", null), new ObservedTopic("g1", Config(8, 8)));

        Assert.Equal(readOnly, Assert.IsType<PutTopic>(Assert.Single(first.Steps)).Config);
        Assert.Equal("g1", Assert.IsType<RemoveTopic>(Assert.Single(last.Steps)).Group);
        Assert.Equal("g0", Assert.Single(foreign.Steps).Group);
    }

    [Fact]
    public void A_group_that_does_not_exist_is_named()
    {
        var plan = Plan(new TopicSpec { BrokerGroups = ["g7"] }, wasReady: false, new ObservedTopic("g0", null));

        Assert.Contains("g7", plan.Refusal!.Message);
    }

    [Fact]
    public void The_order_configuration_names_each_group_with_its_queues() =>
        Assert.Equal("g0:4;g1:4", TopicPlan.OrderOf(new TopicSpec { WriteQueues = 4, Order = true }, ["g1", "g0"]));

    [Fact]
    public void Whatever_the_brokers_say_at_first_they_end_as_wanted_and_no_queue_with_unread_messages_is_lost()
    {
        var config = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 6], Gen.Int[0, 6], (write, more, perm) => Config(write, write + more) with { Perm = perm });
        var group = Gen.Select(config.Null(), Gen.Long[0, 3].Array[12]);
        var spec = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 4], Gen.Bool, (write, more, one) => new TopicSpec
        {
            WriteQueues = write, ReadQueues = write + more, BrokerGroups = one ? ["g0"] : [],
        });
        Gen.Select(spec, group.Array[1, 3], Gen.Bool).Sample((wanted, groups, wasReady) =>
        {
            var brokers = groups.Select((at, i) => new SimulatedGroup($"g{i}", at.Item1, at.Item2)).ToList();
            for (var pass = 0; pass < 20; pass++)
            {
                var plan = TopicPlan.Compute(Name, wanted, AdoptionPolicy.Adopt, wasReady, [.. brokers.Select(broker => broker.Observe())]);
                if (plan.IsDone)
                {
                    break;
                }

                foreach (var step in plan.Steps)
                {
                    brokers.Single(broker => broker.Name == step.Group).Carry(step);
                }

                brokers.ForEach(broker => broker.Consume());
                wasReady = true;
            }

            var end = TopicPlan.Compute(Name, wanted, AdoptionPolicy.Adopt, wasReady, [.. brokers.Select(broker => broker.Observe())]);
            Assert.True(end.IsDone);
        });
    }

    private static TopicPlan Plan(TopicSpec spec, bool wasReady, params ObservedTopic[] observed) =>
        TopicPlan.Compute(Name, spec, AdoptionPolicy.Adopt, wasReady, observed);

    private static TopicConfig Config(int write, int read) =>
        new() { TopicName = Name, WriteQueueNums = write, ReadQueueNums = read, Perm = Permissions.ReadWrite };

    private sealed class SimulatedGroup(string name, TopicConfig? config, long[] unread)
    {
        private TopicConfig? _config = config;

        public string Name => name;

        public ObservedTopic Observe() => new(
            name, _config, _config is null ? null : Enumerable.Range(0, Math.Min(unread.Length, _config.ReadQueueNums)).ToDictionary(id => id, id => unread[id]));

        public void Carry(TopicStep step)
        {
            var after = step is PutTopic put ? put.Config : null;
            if (_config is not null && (_config.Perm & Permissions.Read) != 0)
            {
                for (var id = after?.ReadQueueNums ?? 0; id < Math.Min(unread.Length, _config.ReadQueueNums); id++)
                {
                    Assert.Equal(0, unread[id]);
                }
            }

            _config = after;
        }

        public void Consume()
        {
            for (var id = 0; id < unread.Length; id++)
            {
                unread[id] = Math.Max(0, unread[id] - 1);
            }
        }
    }
}
