namespace Rocketeer.Client.Groups;

/// <summary>The two kinds of groups a client can be a member of.</summary>
internal enum GroupRole
{
    /// <summary>Heartbeats go to masters.</summary>
    Producer,

    /// <summary>Heartbeats go to masters and slaves.</summary>
    Consumer,
}
