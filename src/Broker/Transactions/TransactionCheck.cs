using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Statistics;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Transactions;

/// <summary>
/// One run of the transaction check (reference: broker.md section 12.3): goes through the half messages that nobody ended, keeps each for
/// another run by a copy at the end of their queue, and asks the producer group what became of it; after so many times it gives up.
/// Nothing but the log and two consumer offsets is remembered from run to run, so a restart or another master goes on where this one was.
/// </summary>
internal sealed class TransactionCheck(
    BrokerOptions options,
    MessageStore store,
    BrokerStatistics statistics,
    CheckBack checkBack,
    TransactionInstruments instruments,
    TimeProvider clock,
    ILogger<TransactionCheck> logger)
{
    /// <summary>A run ends after this time; the next one goes on.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Checks.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="cancellationToken">Ends the run early; what it did counts.</param>
    public async Task<CheckRun> RunAsync(CheckProgress from, CancellationToken cancellationToken)
    {
        var start = Now;
        var ended = new EndedTransactions(store, statistics, from.Operations, start + options.Transactions.TransactionTimeOut);
        var run = new CheckRun(ended, start);
        var half = from.Half;
        while (!cancellationToken.IsCancellationRequested && Now - start <= LongestRun.TotalMilliseconds)
        {
            if (ended.Contains(half))
            {
                half++;
                continue;
            }

            var next = Examine(half, run, out var question);
            if (question is not null && await checkBack.AskAsync(question, cancellationToken))
            {
                instruments.Checked();
                run.Asked++;
            }

            if (next == half)
            {
                break;
            }

            half = next;
        }

        run.Progress = new CheckProgress(half, ended.NextBegin(half, StoreTimeOf(half, start)));
        return run;
    }

    /// <summary>Looks at one half message.</summary>
    /// <returns>The next one to look at, or this one to end the run.</returns>
    private long Examine(long offset, CheckRun run, out CheckQuestion? question)
    {
        question = null;
        using var result = store.Get(TopicNames.TransactionHalf, HalfMessage.QueueId, offset, 1, null);
        if (result is null || result.Status != GetStatus.Found)
        {
            return Math.Max(offset, result?.NextBeginOffset ?? offset); // a gap: retention took what was there
        }

        statistics.RecordPull(TopicNames.TransactionHalf, HalfMessage.CheckGroup, result.MessageCount, result.TotalBytes);
        if (!MessageRecordView.TryParse(result[0], out var half))
        {
            return offset + 1;
        }

        run.Ended.ReadOn();
        if (run.Ended.Contains(offset))
        {
            return offset + 1;
        }

        var properties = MessageProperties.Parse(half.Properties);
        if (Hopeless(half, properties) is { } reason)
        {
            Discard(offset, properties, reason, run);
            return offset + 1;
        }

        if (half.StoreTimestamp >= run.StartedAt)
        {
            return offset;
        }

        // A copy that was made to keep its immunity waits for the end of the first one.
        if (Number(properties, PropertyNames.TransactionPreparedQueueOffset) is { } first && run.Ended.Contains(first))
        {
            return offset + 1;
        }

        return Decide(half, properties) switch
        {
            Decision.Wait => offset,
            Decision.StayImmune => KeepImmune(half, properties, run) ? offset + 1 : offset,
            _ => KeepAndAsk(half, properties, run, out question) ? offset + 1 : offset,
        };
    }

    private Decision Decide(in MessageRecordView half, Dictionary<string, string> properties)
    {
        var age = Now - half.BornTimestamp;
        var timeOut = options.Transactions.TransactionTimeOut;
        if (properties.TryGetValue(PropertyNames.CheckImmunityTimeInSeconds, out _))
        {
            var seconds = Number(properties, PropertyNames.CheckImmunityTimeInSeconds) ?? -1;
            var immunity = seconds is >= 0 and <= int.MaxValue ? seconds * 1000 : timeOut;
            return age < immunity ? Decision.StayImmune : Decision.Ask;
        }

        return age >= 0 && age < timeOut ? Decision.Wait : Decision.Ask; // from a clock that is ahead: ask
    }

    /// <summary>Why there is no use in checking, <see langword="null"/> when there is.</summary>
    private string? Hopeless(in MessageRecordView half, Dictionary<string, string> properties)
    {
        if (!properties.ContainsKey(PropertyNames.ProducerGroup) || !HalfMessage.TryAddress(half, out _, out _))
        {
            return "it does not say its producer group, topic and queue";
        }

        if (CheckTimes(properties) >= options.Transactions.TransactionCheckMax)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it was checked {options.Transactions.TransactionCheckMax} times (transactionCheckMax)");
        }

        return Now - half.BornTimestamp > (long)options.Store.FileReservedTime * 3_600_000
            ? string.Create(CultureInfo.InvariantCulture, $"it is older than {options.Store.FileReservedTime} hours (fileReservedTime)")
            : null;
    }

    private void Discard(long offset, Dictionary<string, string> properties, string reason, CheckRun run)
    {
        logger.HalfMessageDiscarded(
            offset,
            properties.GetValueOrDefault(PropertyNames.UniqueKey),
            properties.GetValueOrDefault(PropertyNames.ProducerGroup),
            properties.GetValueOrDefault(PropertyNames.RealTopic),
            reason);
        instruments.Discarded();
        run.Discarded++;
    }

    private bool KeepImmune(in MessageRecordView half, Dictionary<string, string> properties, CheckRun run)
    {
        properties.TryAdd(PropertyNames.TransactionPreparedQueueOffset, Text(half.QueueOffset));
        return Keep(half, properties, run).IsStored;
    }

    private bool KeepAndAsk(in MessageRecordView half, Dictionary<string, string> properties, CheckRun run, out CheckQuestion? question)
    {
        properties[PropertyNames.TransactionCheckTimes] = Text(CheckTimes(properties) + 1);
        var kept = Keep(half, properties, run);
        question = kept.IsStored ? CheckQuestion.About(half, properties, kept) : null;
        return kept.IsStored;
    }

    private PutResult Keep(in MessageRecordView half, Dictionary<string, string> properties, CheckRun run)
    {
        properties.Remove(PropertyNames.DelayLevel); // of a store that the original wrote; it would send the copy astray
        var result = store.Put(new MessageToStore
        {
            Topic = TopicNames.TransactionHalf,
            QueueId = HalfMessage.QueueId,
            Flag = half.Flag,
            SysFlag = half.SysFlag,
            BornTimestamp = half.BornTimestamp,
            BornHost = half.BornHost,
            StoreHost = half.StoreHost,
            ReconsumeTimes = half.ReconsumeTimes,
            Body = half.Body,
            Properties = Encoding.UTF8.GetBytes(MessageProperties.Encode(properties)),
        });
        if (result.IsStored)
        {
            run.LastKept = result;
        }
        else
        {
            logger.HalfMessageNotKept(half.QueueOffset, result.Status);
        }

        return result;
    }

    private long StoreTimeOf(long offset, long otherwise) =>
        store.StoreTimestamp(TopicNames.TransactionHalf, HalfMessage.QueueId, offset) is >= 0 and var time ? time : otherwise;

    private static long CheckTimes(Dictionary<string, string> properties) => Number(properties, PropertyNames.TransactionCheckTimes) ?? 0;

    private static long? Number(Dictionary<string, string> properties, string name) =>
        properties.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private enum Decision
    {
        /// <summary>Too young, as is everything behind it: the run ends here.</summary>
        Wait,

        /// <summary>Its producer wants it left alone for longer than others.</summary>
        StayImmune,

        /// <summary>Its producer is asked.</summary>
        Ask,
    }
}

/// <summary>How far the check has come.</summary>
/// <param name="Half">First half message that is not done with.</param>
/// <param name="Operations">First operation that is still of interest.</param>
internal readonly record struct CheckProgress(long Half, long Operations);

/// <summary>What came of one run of the check.</summary>
/// <param name="ended">What it knows of ended transactions.</param>
/// <param name="startedAt">When it began, milliseconds since 1970.</param>
internal sealed class CheckRun(EndedTransactions ended, long startedAt)
{
    public EndedTransactions Ended { get; } = ended;

    public long StartedAt { get; } = startedAt;

    /// <summary>Where the next run begins.</summary>
    public CheckProgress Progress { get; set; }

    /// <summary>The last copy that was made; nothing was stored when there was none.</summary>
    public PutResult LastKept { get; set; }

    /// <summary>Producers asked.</summary>
    public int Asked { get; set; }

    /// <summary>Half messages given up.</summary>
    public int Discarded { get; set; }
}
