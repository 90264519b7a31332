using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Groups;
using Rocketeer.Broker.Statistics;

namespace Rocketeer.Broker.Protection;

/// <summary>
/// With <c>disableConsumeIfConsumerReadSlowly</c>: every three minutes, groups that read further behind the end of the log than
/// <c>consumerFallbehindThreshold</c> may not consume any more, until an administrator allows it again (reference: broker.md section 16.3).
/// </summary>
internal sealed class SlowReaders(
    BrokerOptions options, BrokerStatistics statistics, SubscriptionGroupRegistry groups, TimeProvider clock, ILogger<SlowReaders> logger)
    : IDisposable
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(3);

    private ITimer? _timer;

    /// <summary>Begins to look.</summary>
    public void Start() => _timer = clock.CreateTimer(_ => Scan(), null, Period, Period);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Scan()
    {
        var settings = options.Protection;
        if (!settings.DisableConsumeIfConsumerReadSlowly)
        {
            return;
        }

        foreach (var (key, bytes) in statistics.FallSizes())
        {
            if (bytes > settings.ConsumerFallbehindThreshold && groups.DisableConsumption(key.Group!))
            {
                logger.SlowGroupDisabled(key.Group!, key.Topic, bytes, settings.ConsumerFallbehindThreshold);
            }
        }
    }
}
