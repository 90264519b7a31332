namespace Rocketeer.Client.Consuming;

/// <summary>Who of a group gets a message.</summary>
public enum MessageModel
{
    /// <summary>One member: the members share the queues, the broker keeps the offsets.</summary>
    Clustering = 0,

    /// <summary>Every member gets every message and keeps its own offsets in a local file; nothing is retried.</summary>
    Broadcasting = 1,
}
