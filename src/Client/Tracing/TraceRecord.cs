using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>What the trace tells of one message: a <see cref="SendTrace"/>, <see cref="HandlingBeginTrace"/> or <see cref="HandlingEndTrace"/>.</summary>
/// <param name="MessageId">Id that producer and consumers share (UNIQ_KEY).</param>
/// <param name="Keys">Keys of the message, separated by spaces, or <see langword="null"/>.</param>
public abstract record TraceRecord(string MessageId, string? Keys)
{
    /// <summary>Appends the record in the form in which it is sent.</summary>
    internal abstract void AppendTo(StringBuilder text);
}
