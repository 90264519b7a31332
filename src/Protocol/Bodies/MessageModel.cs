namespace Rocketeer.Protocol.Bodies;

/// <summary>How the clients of a group share the messages.</summary>
public enum MessageModel
{
    /// <summary>Each client gets every message and keeps its own offsets.</summary>
    Broadcasting,

    /// <summary>The queues are divided among the clients; the broker keeps the offsets.</summary>
    Clustering,
}
