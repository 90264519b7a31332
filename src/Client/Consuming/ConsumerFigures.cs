namespace Rocketeer.Client.Consuming;

/// <summary>How a topic is consumed.</summary>
/// <param name="PullMs">Average time of a pull, milliseconds.</param>
/// <param name="PulledPerSecond">Messages pulled per second.</param>
/// <param name="ConsumeMs">Average time of a message in the handler, milliseconds.</param>
/// <param name="SucceededPerSecond">Messages consumed per second.</param>
/// <param name="FailedPerSecond">Messages failed per second.</param>
/// <param name="FailedInLastHour">Messages failed in the last hour.</param>
internal readonly record struct ConsumerFigures(
    double PullMs, double PulledPerSecond, double ConsumeMs, double SucceededPerSecond, double FailedPerSecond, long FailedInLastHour);
