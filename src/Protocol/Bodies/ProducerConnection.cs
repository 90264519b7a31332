namespace Rocketeer.Protocol.Bodies;

/// <summary>Answer to request 204.</summary>
public sealed record ProducerConnection
{
    /// <summary>Clients of the group.</summary>
    public List<Connection> ConnectionSet { get; set; } = [];
}
