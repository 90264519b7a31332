namespace Rocketeer.Protocol.Bodies;

/// <summary>Who decides when messages are fetched.</summary>
public enum ConsumeType
{
    /// <summary>The application: a pull consumer.</summary>
    Actively,

    /// <summary>The client: a push consumer.</summary>
    Passively,
}
