namespace Rocketeer.Broker.AccessControl;

/// <summary>What rights are about.</summary>
internal enum ResourceKind
{
    /// <summary>A topic. A retry topic is judged as its group.</summary>
    Topic,

    /// <summary>A consumer group.</summary>
    Group,
}
