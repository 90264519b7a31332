namespace Rocketeer.Client.Consuming;

/// <summary>How much of one queue may wait in memory before pulling pauses.</summary>
/// <param name="Count">Messages.</param>
/// <param name="Bytes">Body bytes.</param>
/// <param name="Span">Distance between the first unconsumed and the last cached offset; <see cref="int.MaxValue"/> when order is kept.</param>
internal readonly record struct FlowLimits(int Count, long Bytes, int Span);
