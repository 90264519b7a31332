using Rocketeer.Storage;

namespace Rocketeer.Broker.Pulling;

/// <summary>The original's names of read outcomes: the remark of every pull answer.</summary>
internal static class StatusNames
{
    public static string Of(GetStatus status) => status switch
    {
        GetStatus.Found => "FOUND",
        GetStatus.NoMatchedMessage => "NO_MATCHED_MESSAGE",
        GetStatus.MessageWasRemoving => "MESSAGE_WAS_REMOVING",
        GetStatus.OffsetFoundNull => "OFFSET_FOUND_NULL",
        GetStatus.OffsetOverflowBadly => "OFFSET_OVERFLOW_BADLY",
        GetStatus.OffsetOverflowOne => "OFFSET_OVERFLOW_ONE",
        GetStatus.OffsetTooSmall => "OFFSET_TOO_SMALL",
        GetStatus.NoMatchedLogicQueue => "NO_MATCHED_LOGIC_QUEUE",
        GetStatus.NoMessageInQueue => "NO_MESSAGE_IN_QUEUE",
        _ => status.ToString(),
    };
}
