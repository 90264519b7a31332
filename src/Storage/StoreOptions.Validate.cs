using System.Globalization;

namespace Rocketeer.Storage;

// Refuses values that could only fail later, and less clearly.
public sealed partial class StoreOptions
{
    /// <summary>Smallest commit log file: one page.</summary>
    public const int MinCommitLogFileSize = 4096;

    /// <summary>Checks every value.</summary>
    /// <returns>One plain sentence per mistake, naming the original's key; empty when all is well.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Require(!string.IsNullOrWhiteSpace(RootDirectory), "storePathRootDir is empty; name the directory of the store.");
        Require(!string.IsNullOrWhiteSpace(CommitLogDirectory), "storePathCommitLog is empty; name the directory of the commit log.");
        AtLeast(CommitLogFileSize, MinCommitLogFileSize, "mapedFileSizeCommitLog");
        AtLeast(ConsumeQueueFileSize, 20, "mapedFileSizeConsumeQueue");
        AtLeast(ConsumeQueueExtensionFileSize, 64, "mappedFileSizeConsumeQueueExt");
        AtLeast(MaxMessageSize, 1024, "maxMessageSize");
        AtLeast(FlushIntervalCommitLog, 1, "flushIntervalCommitLog");
        AtLeast(FlushCommitLogLeastPages, 0, "flushCommitLogLeastPages");
        AtLeast(FlushCommitLogThoroughInterval, 1, "flushCommitLogThoroughInterval");
        AtLeast(FlushIntervalConsumeQueue, 1, "flushIntervalConsumeQueue");
        AtLeast(FlushConsumeQueueThoroughInterval, 1, "flushConsumeQueueThoroughInterval");
        AtLeast(SyncFlushTimeout, 1, "syncFlushTimeout");
        AtLeast(CleanResourceInterval, 1, "cleanResourceInterval");
        AtLeast(FileReservedTime, 0, "fileReservedTime");
        AtLeast(MaxTransferBytesInMemory, 1, "maxTransferBytesOnMessageInMemory");
        AtLeast(MaxTransferCountInMemory, 1, "maxTransferCountOnMessageInMemory");
        AtLeast(MaxTransferBytesInDisk, 1, "maxTransferBytesOnMessageInDisk");
        AtLeast(MaxTransferCountInDisk, 1, "maxTransferCountOnMessageInDisk");
        AtLeast(MaxHashSlots, 1, "maxHashSlotNum");
        AtLeast(MaxIndexEntries, 2, "maxIndexNum");
        AtLeast(HaSlaveFallBehindMax, 1, "haSlaveFallbehindMax");
        AtLeast(FlushDelayOffsetInterval, 1, "flushDelayOffsetInterval");
        Require(
            AccessMessageInMemoryMaxRatio is >= 0 and <= 100,
            $"accessMessageInMemoryMaxRatio is {AccessMessageInMemoryMaxRatio}; it is a percentage from 0 to 100.");
        Require(
            DiskSpaceWarningLevelRatio is > 0 and <= 1,
            Invariant($"diskSpaceWarningLevelRatio is {DiskSpaceWarningLevelRatio}; it is a fraction above 0 and at most 1."));
        Require(
            DiskSpaceCleanForciblyRatio is > 0 and <= 1,
            Invariant($"diskSpaceCleanForciblyRatio is {DiskSpaceCleanForciblyRatio}; it is a fraction above 0 and at most 1."));
        Require(
            (40L + (4L * MaxHashSlots) + (20L * MaxIndexEntries)) <= int.MaxValue,
            "maxHashSlotNum and maxIndexNum make an index file of more than 2 GiB; lower one of them.");
        Require(
            BrokerRole is "ASYNC_MASTER" or "SYNC_MASTER" or "SLAVE",
            $"brokerRole is '{BrokerRole}'; it is ASYNC_MASTER, SYNC_MASTER or SLAVE.");
        Require(
            TryParseDeleteHours(DeleteWhen, out _),
            $"deleteWhen is '{DeleteWhen}'; it is hours from 00 to 23 separated by semicolons.");
        if (Scheduling.DelayLevels.FindProblem(MessageDelayLevel) is { } problem)
        {
            problems.Add(problem);
        }

        return problems;

        void AtLeast(long value, long minimum, string key) => Require(value >= minimum, $"{key} is {value}; it must be at least {minimum}.");

        void Require(bool holds, string sentence)
        {
            if (!holds)
            {
                problems.Add(sentence);
            }
        }
    }

    /// <summary>The local hours of <see cref="DeleteWhen"/>.</summary>
    internal IReadOnlyList<int> DeleteHours() => TryParseDeleteHours(DeleteWhen, out var hours) ? hours : [];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool TryParseDeleteHours(string text, out int[] hours)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        hours = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out hours[i]) || hours[i] > 23)
            {
                return false;
            }
        }

        return true;
    }
}
