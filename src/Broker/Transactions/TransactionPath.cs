using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// Transactions after their half message is stored: their ends, the check of those that did not end. Puts the parts together, maps
/// request 37 and runs the check.
/// </summary>
internal sealed class TransactionPath : IAsyncDisposable
{
    private readonly TransactionInstruments _instruments;

    /// <summary>Maps the request code and starts the check, which runs for the first time after one interval.</summary>
    public TransactionPath(BrokerContext broker, RequestDispatcher dispatcher)
    {
        _instruments = new TransactionInstruments(() => Check?.Pending ?? 0);
        Check = new TransactionCheckService(broker, new TransactionCheck(
            broker.Options,
            broker.Store,
            broker.Statistics,
            new CheckBack(broker.Producers, broker.Loggers.CreateLogger<CheckBack>()),
            _instruments,
            broker.Clock,
            broker.Loggers.CreateLogger<TransactionCheck>()));
        dispatcher.Map(
            RequestCode.EndTransaction,
            new EndTransactionHandler(
                broker.Store,
                broker.Role,
                new OperationLog(broker.Store, broker.Identity, broker.Clock),
                _instruments,
                broker.Access,
                broker.Loggers.CreateLogger<EndTransactionHandler>()),
            broker.Queues.EndTransaction);
        Check.Start();
    }

    /// <summary>The check.</summary>
    public TransactionCheckService Check { get; }

    /// <summary>Stops the check. The store must still be open.</summary>
    public async ValueTask DisposeAsync()
    {
        await Check.DisposeAsync();
        _instruments.Dispose();
    }
}
