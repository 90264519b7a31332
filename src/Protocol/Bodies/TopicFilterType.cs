namespace Rocketeer.Protocol.Bodies;

/// <summary>How many tags a message of a topic has.</summary>
public enum TopicFilterType
{
    /// <summary>One.</summary>
    SingleTag,

    /// <summary>Several.</summary>
    MultiTag,
}
