using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Outcome of a pull.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="NextOffset">Where to pull next.</param>
/// <param name="MinOffset">First offset of the queue.</param>
/// <param name="MaxOffset">Offset behind the last message of the queue.</param>
/// <param name="Messages">The messages that the filter accepts, by ascending offset; may be empty though something was found.</param>
public sealed record PullResult(
    PullStatus Status, long NextOffset, long MinOffset, long MaxOffset, IReadOnlyList<MessageExt> Messages);
