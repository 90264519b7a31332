using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>
/// Turns an answer into a command on the event loop, for callers who want less than <see cref="CommandView.ToCommand()"/> copies; must be
/// short. An exception fails the call, not the connection.
/// </summary>
/// <param name="answer">The answer, in the receive buffer.</param>
public delegate RemotingCommand AnswerReader(in CommandView answer);
