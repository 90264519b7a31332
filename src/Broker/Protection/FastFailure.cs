using System.Globalization;
using Rocketeer.Broker.Configuration;
using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Protection;

/// <summary>
/// Refuses requests that waited too long in their queue, in the words by which clients know flow control (reference: broker.md section
/// 16.1): whoever sent them has given up or soon will. Sends and pulls wait in no queue of this broker; what is given back (36) is a send.
/// </summary>
internal sealed class FastFailure(BrokerOptions options, RequestQueues queues, MessageStore store, TimeProvider clock) : IDisposable
{
    /// <summary>Time between two looks while something waits.</summary>
    public static readonly TimeSpan BusyPeriod = TimeSpan.FromMilliseconds(10);

    /// <summary>Time between two looks while nothing waits; below the shortest usual limit.</summary>
    public static readonly TimeSpan IdlePeriod = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _stopped;

    /// <summary>Begins to look.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _timer = clock.CreateTimer(_ => Tick(), null, IdlePeriod, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
            _timer?.Dispose();
        }
    }

    /// <summary>One look.</summary>
    internal void Scan()
    {
        var settings = options.Protection;
        if (!settings.BrokerFastFailureEnable)
        {
            return;
        }

        if (store.IsPageCacheBusy)
        {
            queues.SendBack.RefuseOlderThan(TimeSpan.Zero, (waited, size) => Remark("PCBUSY_CLEAN_QUEUE", waited, size));
        }

        Refuse(queues.SendBack, settings.WaitTimeMillsInSendQueue);
        Refuse(queues.Heartbeat, settings.WaitTimeMillsInHeartbeatQueue);
        Refuse(queues.EndTransaction, settings.WaitTimeMillsInTransactionQueue);
    }

    private static void Refuse(RequestQueue queue, long limitMilliseconds) => queue.RefuseOlderThan(
        TimeSpan.FromMilliseconds(limitMilliseconds), static (waited, size) => Remark("TIMEOUT_CLEAN_QUEUE", waited, size));

    private static string Remark(string what, TimeSpan waited, int size) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{what}]broker busy, start flow control for a while, period in queue: {(long)waited.TotalMilliseconds}ms, size of queue: {size}");

    private void Tick()
    {
        Scan();
        var next = queues.All.Any(queue => queue.Waiting > 0) ? BusyPeriod : IdlePeriod;
        lock (_lock)
        {
            if (!_stopped)
            {
                _timer?.Change(next, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
