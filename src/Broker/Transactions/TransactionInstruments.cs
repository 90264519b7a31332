using System.Diagnostics.Metrics;
using Rocketeer.Broker.Metrics;

namespace Rocketeer.Broker.Transactions;

/// <summary>What transactions measure. Thread-safe.</summary>
internal sealed class TransactionInstruments : IDisposable
{
    private readonly Meter _meter = new(BrokerInstruments.MeterName);
    private readonly Counter<long> _ended;
    private readonly Counter<long> _checked;
    private readonly Counter<long> _discarded;

    /// <summary>Creates the instruments of one broker.</summary>
    /// <param name="open">Half messages that the check has not come past, those that ended lately included.</param>
    public TransactionInstruments(Func<long> open)
    {
        _ended = _meter.CreateCounter<long>("rocketeer.broker.transactions.ended", "{transaction}", "Transactions that their producer ended");
        _checked = _meter.CreateCounter<long>("rocketeer.broker.transactions.checked", "{check}", "Questions to producers what became of a transaction");
        _discarded = _meter.CreateCounter<long>("rocketeer.broker.transactions.discarded", "{transaction}", "Transactions given up after the last check");
        _meter.CreateObservableGauge("rocketeer.broker.transactions.pending", open, "{message}", "Half messages that the check has not come past");
    }

    /// <summary>A transaction was committed.</summary>
    public void Committed() => _ended.Add(1, KeyValuePair.Create<string, object?>("outcome", "commit"));

    /// <summary>A transaction was rolled back.</summary>
    public void RolledBack() => _ended.Add(1, KeyValuePair.Create<string, object?>("outcome", "rollback"));

    /// <summary>A producer was asked.</summary>
    public void Checked() => _checked.Add(1);

    /// <summary>A transaction was given up.</summary>
    public void Discarded() => _discarded.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
