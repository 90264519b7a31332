using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Admin;

/// <summary>Where a reset left a consumer group in one queue.</summary>
/// <param name="Queue">Queue.</param>
/// <param name="Offset">Offset of the next message that the group gets.</param>
/// <param name="ToldConsumers">
/// True if the broker told consumers that run; false if nobody was online and the committed offset was written instead.
/// </param>
public sealed record OffsetReset(MessageQueue Queue, long Offset, bool ToldConsumers);
