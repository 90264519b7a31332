using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Consumers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// Asks one producer of a group, each time another one. It need not be the one that sent the message: all of a group share what they know
/// of their transactions. The answer is a request 37 of its own. Not thread-safe.
/// </summary>
internal sealed class CheckBack(ProducerGroups producers, ILogger<CheckBack> logger)
{
    /// <summary>Longest wait for a permit to send, as in the original.</summary>
    private static readonly TimeSpan PermitTimeout = TimeSpan.FromMilliseconds(10);

    private uint _turn;

    /// <summary>Asks.</summary>
    /// <returns>False when nobody could be asked; the next check tries again.</returns>
    public async ValueTask<bool> AskAsync(CheckQuestion question, CancellationToken cancellationToken)
    {
        if (Next(question.Group) is not { } producer)
        {
            logger.NobodyToAsk(question.Group, question.TransactionId);
            return false;
        }

        try
        {
            await producer.Connection.SendOneWayAsync(question.Request, PermitTimeout, cancellationToken);
            return true;
        }
        catch (RemotingException failure)
        {
            logger.CheckNotSent(failure, producer.Connection.RemoteAddress, question.Group, question.TransactionId);
            return false;
        }
    }

    /// <summary>The producer whose turn it is, or else the next one that takes what it is sent.</summary>
    private ClientConnection? Next(string group)
    {
        var clients = producers.Clients(group);
        var turn = _turn++;
        for (var i = 0u; i < clients.Count; i++)
        {
            var client = clients[(int)((turn + i) % (uint)clients.Count)];
            if (client.Connection.IsWritable)
            {
                return client;
            }
        }

        return null;
    }
}
