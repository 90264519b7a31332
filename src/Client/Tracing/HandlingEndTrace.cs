using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>A consumer has handled a message (<c>SubAfter</c>).</summary>
/// <param name="MessageId">Id that producer and consumers share (UNIQ_KEY).</param>
/// <param name="Keys">Keys of the message, separated by spaces, or <see langword="null"/>.</param>
public sealed record HandlingEndTrace(string MessageId, string? Keys) : TraceRecord(MessageId, Keys)
{
    /// <summary>Names the call of the handler.</summary>
    public required string RequestId { get; init; }

    /// <summary>Time of the call, divided by the number of its messages; milliseconds.</summary>
    public required TimeSpan Cost { get; init; }

    /// <summary>True if the handler was successful.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>How the call ended.</summary>
    public HandlingEnd End { get; init; }

    internal override void AppendTo(StringBuilder text) => new TraceWriter(text, TraceCodec.HandlingEnded)
        .Field(RequestId).Field(MessageId).Field((long)Cost.TotalMilliseconds).Field(Succeeded).Field(Keys).Field((int)End)
        .End();
}

/// <summary>How the call of a handler ended; the numbers are sent.</summary>
public enum HandlingEnd
{
    /// <summary>Successfully.</summary>
    Succeeded = 0,

    /// <summary>It took longer than the consumer's time-out, whatever it returned.</summary>
    TimedOut = 1,

    /// <summary>With an exception.</summary>
    Threw = 2,

    /// <summary>The handler returned null; only Java's can.</summary>
    ReturnedNull = 3,

    /// <summary>The handler wants the message again.</summary>
    Failed = 4,
}
