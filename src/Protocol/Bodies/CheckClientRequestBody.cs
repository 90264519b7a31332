namespace Rocketeer.Protocol.Bodies;

/// <summary>Body of request 46: asks whether the broker can evaluate an expression.</summary>
public sealed record CheckClientRequestBody
{
    /// <summary>Id of the client.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Consumer group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The subscription in question.</summary>
    public SubscriptionData? SubscriptionData { get; set; }
}
