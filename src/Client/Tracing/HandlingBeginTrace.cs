using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>A consumer is about to handle a message (<c>SubBefore</c>).</summary>
/// <param name="MessageId">Id that producer and consumers share (UNIQ_KEY).</param>
/// <param name="Keys">Keys of the message, separated by spaces, or <see langword="null"/>.</param>
public sealed record HandlingBeginTrace(string MessageId, string? Keys) : TraceRecord(MessageId, Keys)
{
    /// <summary>When, milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Region of the broker, or <see langword="null"/> if the message does not tell.</summary>
    public required string? Region { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Names the call of the handler; the same in the record of its end.</summary>
    public required string RequestId { get; init; }

    /// <summary>Deliveries before this one.</summary>
    public required int RetryTimes { get; init; }

    internal override void AppendTo(StringBuilder text) => new TraceWriter(text, TraceCodec.HandlingBegin)
        .Field(Time.ToUnixTimeMilliseconds()).Field(Region).Field(Group).Field(RequestId).Field(MessageId).Field(RetryTimes).Field(Keys)
        .End();
}
