namespace Rocketeer.Protocol.Bodies;

/// <summary>Statistics of a consumer on one topic.</summary>
public sealed record ConsumeStatus
{
    /// <summary>Failed messages of the last hour.</summary>
    public long ConsumeFailedMsgs { get; set; }

    /// <summary>Failed messages per second.</summary>
    public double ConsumeFailedTPS { get; set; }

    /// <summary>Consumed messages per second.</summary>
    public double ConsumeOKTPS { get; set; }

    /// <summary>Time of one consumption, milliseconds.</summary>
    public double ConsumeRT { get; set; }

    /// <summary>Time of one pull, milliseconds.</summary>
    public double PullRT { get; set; }

    /// <summary>Pulled messages per second.</summary>
    public double PullTPS { get; set; }
}
