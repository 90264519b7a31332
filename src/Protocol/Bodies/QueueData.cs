namespace Rocketeer.Protocol.Bodies;

/// <summary>Queues of one topic in one broker group.</summary>
public sealed record QueueData
{
    /// <summary>Name of the broker group.</summary>
    public string BrokerName { get; set; } = "";

    /// <summary><see cref="Messages.Permissions"/>.</summary>
    public int Perm { get; set; }

    /// <summary>Number of queues to read from.</summary>
    public int ReadQueueNums { get; set; }

    /// <summary><see cref="Messages.TopicSysFlags"/>; the name is the original's.</summary>
    public int TopicSynFlag { get; set; }

    /// <summary>Number of queues to write to.</summary>
    public int WriteQueueNums { get; set; }
}
