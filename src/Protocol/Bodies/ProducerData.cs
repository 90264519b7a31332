namespace Rocketeer.Protocol.Bodies;

/// <summary>One producer group of a client.</summary>
public sealed record ProducerData
{
    /// <summary>Producer group.</summary>
    public string GroupName { get; set; } = "";
}
