using Microsoft.Extensions.Logging;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Producing.Transactions;

namespace Rocketeer.Client;

/// <summary>Producers of transactions.</summary>
public sealed partial class RocketeerClient
{
    /// <summary>
    /// Makes a producer of transactions. It connects when it sends, and at once when its options name topics. Dispose it, or this client, to
    /// let what it sends arrive.
    /// </summary>
    /// <param name="group">Producer group; this client has at most one producer of a group.</param>
    /// <param name="handler">Runs local transactions and tells what became of them; it is not disposed.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The client has a producer of this group already.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public TransactionProducer CreateTransactionProducer(
        string group, ITransactionHandler handler, Action<TransactionProducerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var options = new TransactionProducerOptions { Sending = { Group = group } };
        configure?.Invoke(options);
        return CreateTransactionProducer(handler, options);
    }

    internal TransactionProducer CreateTransactionProducer(ITransactionHandler handler, TransactionProducerOptions settings)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var options = settings.Copy();
        options.Validate();
        var logger = Loggers.CreateLogger<TransactionProducer>();
        var checks = new TransactionChecks(options.Sending.Group, handler, options, logger);
        var producer = new Producer(this, options.Sending) { Checks = checks, FixedTopics = [.. options.Topics] };
        try
        {
            Register(producer);
        }
        catch
        {
            _ = checks.DisposeAsync().AsTask(); // nothing waits in it
            throw;
        }

        _routePoll.Wake();
        return new TransactionProducer(this, producer, handler, logger);
    }
}
