namespace Rocketeer.Client.Admin;

/// <summary>What a consumer group did with a message, as far as its offsets tell. The rules are those of the original's tools.</summary>
public enum ConsumptionState
{
    /// <summary>It could not be found out; the note says why.</summary>
    Unknown = 0,

    /// <summary>The group committed an offset behind the message.</summary>
    Consumed = 1,

    /// <summary>The group committed an offset behind the message, but does not subscribe to its tag.</summary>
    Filtered = 2,

    /// <summary>The group pulls on its own; brokers do not know what it did.</summary>
    Pull = 3,

    /// <summary>The group is online and not there yet.</summary>
    NotYet = 4,

    /// <summary>No consumer of the group is connected, so its subscription is not known.</summary>
    NotOnline = 5,
}
