using System.Globalization;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Bodies;

/// <summary>Times of the first, the last and the consumed messages of one queue, milliseconds since 1970.</summary>
public sealed record QueueTimeSpan
{
    /// <summary>Store time of the last consumed message.</summary>
    public long ConsumeTimeStamp { get; set; }

    /// <summary><see cref="ConsumeTimeStamp"/> for people; ignored on reading.</summary>
    public string ConsumeTimeStampStr => ForPeople(ConsumeTimeStamp);

    /// <summary>How long the next message has waited, milliseconds; 0 when there is none.</summary>
    public long DelayTime { get; set; }

    /// <summary>Store time of the last message.</summary>
    public long MaxTimeStamp { get; set; }

    /// <summary><see cref="MaxTimeStamp"/> for people; ignored on reading.</summary>
    public string MaxTimeStampStr => ForPeople(MaxTimeStamp);

    /// <summary>The queue.</summary>
    public MessageQueue? MessageQueue { get; set; }

    /// <summary>Store time of the first message.</summary>
    public long MinTimeStamp { get; set; }

    /// <summary><see cref="MinTimeStamp"/> for people; ignored on reading.</summary>
    public string MinTimeStampStr => ForPeople(MinTimeStamp);

    private static string ForPeople(long timestamp) =>
        DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(timestamp, 0, MaxShown))
            .ToLocalTime().ToString("yyyy-MM-dd#HH:mm:ss:fff", CultureInfo.InvariantCulture);

    /// <summary>The end of the year 9998, so that no time zone leaves the calendar.</summary>
    private const long MaxShown = 253_370_764_800_000;
}
