using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Messages;
using Rocketeer.TestKit;

namespace Rocketeer.Storage.Tests.Scheduling;

public sealed class DelayedDeliveryTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_delayed_message_comes_to_its_topic_when_it_is_due_and_not_before()
    {
        await using var store = await OpenAsync();
        var due = _clock.GetUtcNow() + TimeSpan.FromSeconds(10);
        StoreFixture.Put(store, "later", "Orders", 2, "DELAY\u00013\u0002KEYS\u0001k\u0002");
        StoreFixture.Put(store, "sooner", "Orders", 2, "DELAY\u00011\u0002");
        Assert.Equal(0, store.MaxOffset("Orders", 2));

        AdvanceUntil(() => store.MaxOffset("Orders", 2) == 2);

        using var result = store.Get("Orders", 2, 0, 32, null)!;
        var sooner = StoreFixture.View(result[0].ToArray());
        var later = StoreFixture.View(result[1].ToArray());
        Assert.Equal("sooner"u8, sooner.Body);
        Assert.Equal("later"u8, later.Body);
        Assert.InRange(later.StoreTimestamp, due.ToUnixTimeMilliseconds(), long.MaxValue);
        Assert.Equal((7, StoreFixture.Producer, StoreFixture.Broker), (later.Flag, later.BornHost, later.StoreHost));
        var properties = MessageProperties.Parse(later.Properties);
        Assert.Equal(("k", "3", "Orders", "2"), (properties["KEYS"], properties["DELAY"], properties["REAL_TOPIC"], properties["REAL_QID"]));
    }

    [Fact]
    public async Task What_was_delivered_is_not_delivered_again_after_a_restart_and_the_rest_is()
    {
        await using (var store = await OpenAsync())
        {
            StoreFixture.Put(store, "first", "Orders", 0, "DELAY\u00011\u0002");
            StoreFixture.Put(store, "second", "Orders", 0, "DELAY\u00015\u0002"); // one minute
            AdvanceUntil(() => store.MaxOffset("Orders", 0) == 1);
        }

        Assert.Contains("\"1\":1", File.ReadAllText(_directory["config", "delayOffset.json"]), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await using var reopened = await OpenAsync();
        AdvanceUntil(() => reopened.MaxOffset("Orders", 0) == 2);
        AdvanceUntil(() => reopened.DelayOffsets()[4] == 1);
        Assert.Equal(2, reopened.MaxOffset("Orders", 0));
        Assert.Equal(1, reopened.DelayOffsets()[0]);
    }

    [Fact]
    public async Task A_slave_delivers_nothing_until_it_becomes_a_master()
    {
        await using (var store = await OpenAsync())
        {
            StoreFixture.Put(store, "first", "Orders", 0, "DELAY\u00011\u0002");
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        var role = new StoreRole(isMaster: false);
        await using var slave = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), _clock, role: role);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, slave.MaxOffset("Orders", 0));

        role.Change(isMaster: true, epoch: 1, mayWrite: true);
        AdvanceUntil(() => slave.MaxOffset("Orders", 0) == 1);
    }

    [Fact]
    public async Task A_delivery_that_was_refused_is_tried_again_after_ten_seconds()
    {
        var disk = new FaultyDisk();
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), _clock, disk);
        var sent = _clock.GetUtcNow();
        StoreFixture.Put(store, "x", "Orders", 0, "DELAY\u00011\u0002");
        disk.Used = 1.5;
        await store.CleanOnceAsync(TestContext.Current.CancellationToken); // finds the disk full
        AdvanceUntil(() => store.Statistics.PutFailures >= 1); // the clock may have gone on beside the first refusal
        disk.Used = 0;
        await store.CleanOnceAsync(TestContext.Current.CancellationToken);

        AdvanceUntil(() => store.MaxOffset("Orders", 0) == 1);
        using var result = store.Get("Orders", 0, 0, 1, null)!;
        var earliest = 1_000 + (10_000 * store.Statistics.PutFailures); // the level's second, and ten for each refusal
        Assert.InRange(result.LastStoreTimestamp - sent.ToUnixTimeMilliseconds(), earliest, long.MaxValue);
    }

    [Fact]
    public async Task A_master_that_may_not_write_waits_and_delivers_as_soon_as_it_may()
    {
        var role = new StoreRole(isMaster: true);
        await using var store = await StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), _clock, role: role);
        StoreFixture.Put(store, "x", "Orders", 0, "DELAY\u00011\u0002");
        role.Change(isMaster: true, epoch: 1, mayWrite: false);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var opened = _clock.GetUtcNow();
        role.Change(isMaster: true, epoch: 1, mayWrite: true);

        AdvanceUntil(() => store.MaxOffset("Orders", 0) == 1);
        using var result = store.Get("Orders", 0, 0, 1, null)!;
        Assert.InRange(result.LastStoreTimestamp, opened.ToUnixTimeMilliseconds(), long.MaxValue);
        Assert.Equal(0, store.Statistics.PutFailures);
    }

    [Fact]
    public async Task Progress_ahead_of_the_queue_skips_no_message()
    {
        Directory.CreateDirectory(_directory["config"]);
        File.WriteAllText(_directory["config", "delayOffset.json"], "{\"offsetTable\":{1:7}}");
        await using var store = await OpenAsync();
        StoreFixture.Put(store, "x", "Orders", 0, "DELAY\u00011\u0002");
        AdvanceUntil(() => store.MaxOffset("Orders", 0) == 1);
    }

    private Task<MessageStore> OpenAsync() => StoreFixture.OpenAsync(StoreFixture.Options(_directory.Path), _clock);

    private void AdvanceUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            if (condition())
            {
                return true;
            }

            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return false;
        },
        TimeSpan.FromSeconds(60)));
}
