namespace Rocketeer.Protocol.Bodies;

/// <summary>Configuration of one topic in one broker.</summary>
public sealed record TopicConfig
{
    /// <summary>True for a topic with an order configuration.</summary>
    public bool Order { get; set; }

    /// <summary><see cref="Messages.Permissions"/>.</summary>
    public int Perm { get; set; } = 6;

    /// <summary>Number of queues to read from.</summary>
    public int ReadQueueNums { get; set; } = 16;

    /// <summary>How many tags a message has.</summary>
    public TopicFilterType TopicFilterType { get; set; }

    /// <summary>Topic name.</summary>
    public string TopicName { get; set; } = "";

    /// <summary><see cref="Messages.TopicSysFlags"/>.</summary>
    public int TopicSysFlag { get; set; }

    /// <summary>Number of queues to write to.</summary>
    public int WriteQueueNums { get; set; } = 16;
}
