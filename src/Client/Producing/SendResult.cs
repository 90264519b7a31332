using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>A message that a broker has stored.</summary>
/// <param name="Status">How safe it is.</param>
/// <param name="MessageId">Id that producer and consumers share (UNIQ_KEY); the same for all attempts of a send.</param>
/// <param name="OffsetMessageId">Id that tells where it is stored.</param>
/// <param name="Queue">Queue it is in.</param>
/// <param name="QueueOffset">Index in that queue.</param>
/// <param name="RegionId">Region of the broker.</param>
/// <param name="IsTraced">False if the broker asks not to trace its messages.</param>
public sealed record SendResult(
    SendStatus Status, string MessageId, string OffsetMessageId, MessageQueue Queue, long QueueOffset, string RegionId, bool IsTraced);
