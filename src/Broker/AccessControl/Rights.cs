namespace Rocketeer.Broker.AccessControl;

/// <summary>What an account may do with a topic or a group. The bits are the original's.</summary>
[Flags]
internal enum Rights
{
    /// <summary>Nothing is said.</summary>
    None = 0,

    /// <summary>Nothing is allowed, whatever other bits say.</summary>
    Deny = 1,

    /// <summary>As a need only: publishing or subscribing, one of them is enough.</summary>
    Any = 2,

    /// <summary>Publishing.</summary>
    Pub = 4,

    /// <summary>Subscribing.</summary>
    Sub = 8,
}
