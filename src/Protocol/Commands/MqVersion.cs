namespace Rocketeer.Protocol.Commands;

/// <summary>Version ordinals that the protocol attaches meaning to (reference: protocol-remoting.md section 2).</summary>
public static class MqVersion
{
    /// <summary>3.0.7-SNAPSHOT: clients below it cannot reset offsets online.</summary>
    public const int V3_0_7_Snapshot = 28;

    /// <summary>3.0.11: brokers from it on register with filter servers and optional compression.</summary>
    public const int V3_0_11 = 37;

    /// <summary>3.1.8-SNAPSHOT: clients below it do not answer running-info requests.</summary>
    public const int V3_1_8_Snapshot = 62;

    /// <summary>3.4.9: clients from it on send their own maximum of reconsume times.</summary>
    public const int V3_4_9 = 121;

    /// <summary>4.1.0-SNAPSHOT: brokers from it on evaluate SQL92 filters.</summary>
    public const int V4_1_0_Snapshot = 232;

    /// <summary>4.4.0: what Rocketeer declares.</summary>
    public const int V4_4_0 = 293;

    /// <summary>What Rocketeer declares in every command it sends.</summary>
    public const int Current = V4_4_0;

    /// <summary>Text form of <see cref="Current"/>, as running infos show it.</summary>
    public const string CurrentName = "V4_4_0";
}
