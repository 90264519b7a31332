using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Answer to a pull.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="NextOffset">Where to pull next.</param>
/// <param name="MinOffset">First offset of the queue.</param>
/// <param name="MaxOffset">Offset behind the last message.</param>
/// <param name="SuggestedBrokerId">Id of the process of the broker to ask next time.</param>
/// <param name="Messages">What was found, not filtered.</param>
internal sealed record PullAnswer(
    PullStatus Status, long NextOffset, long MinOffset, long MaxOffset, long SuggestedBrokerId, MessageExt[] Messages);
