namespace Rocketeer.Protocol.Messages;

/// <summary>The system flag word of a topic (reference: protocol-remoting.md section 9.5).</summary>
public static class TopicSysFlags
{
    /// <summary>A topic of a unit.</summary>
    public const int Unit = 0x1;

    /// <summary>A topic with subscriptions of a unit.</summary>
    public const int UnitSubscription = 0x2;

    /// <summary>Builds the word.</summary>
    public static int Build(bool unit, bool hasUnitSubscription) => (unit ? Unit : 0) | (hasUnitSubscription ? UnitSubscription : 0);

    /// <summary>True when the unit bit is set.</summary>
    public static bool IsUnit(int sysFlag) => (sysFlag & Unit) != 0;

    /// <summary>True when the unit subscription bit is set.</summary>
    public static bool HasUnitSubscription(int sysFlag) => (sysFlag & UnitSubscription) != 0;
}
