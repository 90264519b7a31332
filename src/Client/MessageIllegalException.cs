namespace Rocketeer.Client;

/// <summary>A message cannot be sent as it is; nothing left the process.</summary>
/// <param name="message">One sentence that names the part of the message and the rule it breaks.</param>
public sealed class MessageIllegalException(string message) : RocketeerException(message);
