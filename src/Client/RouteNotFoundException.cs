namespace Rocketeer.Client;

/// <summary>The name servers know no route of the topic, or a route without a queue that could be used.</summary>
public sealed class RouteNotFoundException : RocketeerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="message">One sentence.</param>
    public RouteNotFoundException(string topic, string message)
        : base(message) => Topic = topic;

    /// <summary>The topic.</summary>
    public string Topic { get; }
}
