namespace Rocketeer.Protocol.Messages;

/// <summary>The system flag word of a pull request (reference: protocol-remoting.md section 9.5).</summary>
public static class PullSysFlags
{
    /// <summary>The commit offset in the request is to be stored.</summary>
    public const int CommitOffset = 0x1;

    /// <summary>The broker may hold the request until messages arrive.</summary>
    public const int Suspend = 0x2;

    /// <summary>The subscription is in the request instead of the heartbeat.</summary>
    public const int Subscription = 0x4;

    /// <summary>Messages are filtered by a class, in a filter server.</summary>
    public const int ClassFilter = 0x8;

    /// <summary>Builds the word.</summary>
    public static int Build(bool commitOffset, bool suspend, bool subscription, bool classFilter = false) =>
        (commitOffset ? CommitOffset : 0) | (suspend ? Suspend : 0) | (subscription ? Subscription : 0) | (classFilter ? ClassFilter : 0);

    /// <summary>True when a bit is set.</summary>
    public static bool Has(int sysFlag, int bit) => (sysFlag & bit) != 0;
}
