namespace Rocketeer.Protocol.Bodies;

/// <summary>Where a group begins that has no committed offset.</summary>
public enum ConsumeFromWhere
{
    /// <summary>At the end; at the beginning of retry topics.</summary>
    LastOffset,

    /// <summary>Obsolete; means <see cref="LastOffset"/>.</summary>
    LastOffsetAndFromMinWhenBootFirst,

    /// <summary>Obsolete; means <see cref="LastOffset"/>.</summary>
    MinOffset,

    /// <summary>Obsolete; means <see cref="LastOffset"/>.</summary>
    MaxOffset,

    /// <summary>At the beginning.</summary>
    FirstOffset,

    /// <summary>At a time that the consumer names.</summary>
    Timestamp,
}
