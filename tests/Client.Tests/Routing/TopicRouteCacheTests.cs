using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Client.Routing;

namespace Rocketeer.Client.Tests.Routing;

public sealed class TopicRouteCacheTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly BrokerDirectory _brokers = new();
    private readonly Dictionary<string, TopicRoute> _known = [];
    private readonly TopicRouteCache _cache;
    private Exception? _failure;
    private TaskCompletionSource? _gate;
    private int _lookups;

    public TopicRouteCacheTests() => _cache = new TopicRouteCache(LookUpAsync, _brokers, _clock, NullLogger.Instance);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Callers_at_the_same_time_share_one_lookup()
    {
        Know("T", "1:1");
        _gate = new TaskCompletionSource();

        var waiting = Enumerable.Range(0, 20).Select(_ => _cache.GetAsync("T", default).AsTask()).ToArray();
        _gate.SetResult();
        var routes = await Task.WhenAll(waiting);

        Assert.Equal(1, _lookups);
        Assert.All(routes, route => Assert.Same(routes[0], route));
    }

    [Fact]
    public async Task A_topic_whose_route_nobody_can_read_does_not_end_the_poll_of_the_others()
    {
        Know("T", "1:1");
        using var cache = new TopicRouteCache(
            (topic, stop) => topic == "T" ? LookUpAsync(topic, stop) : throw new InvalidOperationException("defect"), _brokers, _clock, NullLogger.Instance);

        await cache.PollAsync(["bad", "T", "worse"], TestContext.Current.CancellationToken);

        Assert.NotNull(cache.Find("T"));
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_lookup_of_the_others()
    {
        Know("T", "1:1");
        _gate = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();

        var givesUp = _cache.GetAsync("T", impatient.Token).AsTask();
        var waits = _cache.GetAsync("T", default).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        _gate.SetResult();

        Assert.NotNull(await waits);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_gets_the_route_of_the_template_with_fewer_queues()
    {
        Know("TBW102", "1:1", queues: 8);

        var route = await _cache.GetForPublishAsync("new", "TBW102", 4, default);

        Assert.True(route.IsFromTemplate);
        Assert.Equal("new", route.Topic);
        Assert.Equal(4, route.PublishQueues.Length);
        Assert.Same(route, _cache.FindForPublish("new"));
        Assert.Null(_cache.Find("new"));
    }

    [Fact]
    public async Task The_real_route_takes_the_place_of_the_templates_at_the_next_poll()
    {
        Know("TBW102", "1:1", queues: 8);
        await _cache.GetForPublishAsync("new", "TBW102", 4, default);
        Know("new", "1:1", queues: 2);

        await _cache.PollAsync([], default);

        Assert.False(_cache.FindForPublish("new")!.IsFromTemplate);
        Assert.Equal(2, _cache.FindForPublish("new")!.PublishQueues.Length);
    }

    [Fact]
    public async Task Without_topic_and_template_there_is_no_route()
    {
        var failure = await Assert.ThrowsAsync<RouteNotFoundException>(() => _cache.GetForPublishAsync("new", "TBW102", 4, default).AsTask());

        Assert.Equal("new", failure.Topic);
    }

    [Fact]
    public async Task A_route_with_nothing_writable_is_no_route_to_send_to()
    {
        _known["T"] = new TopicRoute("T", [TopicRouteTests.Broker("a", (0, "1:1"))], [new QueueRoute("a", 4, 4, 4, 0)]);

        await Assert.ThrowsAsync<RouteNotFoundException>(() => _cache.GetForPublishAsync("T", "TBW102", 4, default).AsTask());
    }

    [Fact]
    public async Task A_known_route_stays_while_name_servers_fail()
    {
        Know("T", "1:1");
        await _cache.GetAsync("T", default);
        _failure = new NameServerUnavailableException("down");

        await _cache.PollAsync(["T"], default);

        Assert.NotNull(_cache.Find("T"));
        Assert.NotNull(_brokers.Master("a"));
    }

    [Fact]
    public async Task A_failed_lookup_is_not_remembered()
    {
        Know("T", "1:1");
        _failure = new NameServerUnavailableException("down");
        await Assert.ThrowsAsync<NameServerUnavailableException>(() => _cache.GetAsync("T", default).AsTask());
        _failure = null;

        Assert.NotNull(await _cache.GetAsync("T", default));
    }

    [Fact]
    public async Task A_topic_is_dropped_when_it_has_been_missing_for_ninety_seconds_and_not_before()
    {
        Know("T", "1:1");
        await _cache.GetAsync("T", default);
        _known.Clear();
        var announced = new List<TopicRoute>();
        _cache.Changed += announced.Add;

        await _cache.PollAsync([], default);
        _clock.Advance(TimeSpan.FromSeconds(89));
        await _cache.PollAsync([], default);
        Assert.NotNull(_cache.Find("T"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _cache.PollAsync([], default);

        Assert.Null(_cache.Find("T"));
        Assert.Empty(Assert.Single(announced).SubscribeQueues);
        Assert.Null(_brokers.Master("a"));
    }

    [Fact]
    public async Task A_topic_that_comes_back_in_time_is_kept()
    {
        Know("T", "1:1");
        await _cache.GetAsync("T", default);
        var route = _known["T"];
        _known.Clear();
        await _cache.PollAsync([], default);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _known["T"] = route;
        await _cache.PollAsync([], default);
        _known.Clear();
        _clock.Advance(TimeSpan.FromSeconds(60));
        await _cache.PollAsync([], default);

        Assert.NotNull(_cache.Find("T"));
    }

    [Fact]
    public async Task A_change_is_announced_once_with_its_brokers_known_before()
    {
        Know("T", "1:1");
        string? masterWhenAnnounced = null;
        var announced = 0;
        _cache.Changed += route =>
        {
            announced++;
            masterWhenAnnounced = _brokers.Master("a");
        };

        await _cache.PollAsync(["T"], default);
        await _cache.PollAsync(["T"], default);
        Assert.Equal(1, announced);

        Know("T", "9:9");
        await _cache.PollAsync(["T"], default);

        Assert.Equal(2, announced);
        Assert.Equal("9:9", masterWhenAnnounced);
    }

    [Fact]
    public async Task Doubts_about_a_route_lead_to_one_lookup_a_second()
    {
        Know("T", "1:1");
        await _cache.GetAsync("T", default);

        for (var i = 0; i < 100; i++)
        {
            _cache.RefreshSoon("T");
        }

        await _cache.RefreshAsync("T", default);
        Assert.InRange(_lookups, 2, 3);
    }

    private void Know(string topic, string address, int queues = 4) =>
        _known[topic] = new TopicRoute(topic, [TopicRouteTests.Broker("a", (0, address))], [new QueueRoute("a", queues, queues, 7, 0)]);

    private async ValueTask<TopicRoute?> LookUpAsync(string topic, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookups);
        if (_gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        return _failure is null ? _known.GetValueOrDefault(topic) : throw _failure;
    }
}
