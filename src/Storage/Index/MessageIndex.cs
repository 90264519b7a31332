using System.Globalization;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage.Dispatch;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Index;

/// <summary>
/// Finds messages by topic and key: a sequence of index files, of which the newest is written (store.md section 10). Written by the dispatch
/// thread only, queried by any.
/// </summary>
internal sealed class MessageIndex : IDispatchTarget, IDisposable
{
    private const string NameFormat = "yyyyMMddHHmmssfff";

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly int _slots;
    private readonly int _entries;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _changes = new();
    private volatile IndexFile[] _files = [];
    private Task _flushing = Task.CompletedTask;

    /// <summary>Describes the index; touches no file.</summary>
    /// <param name="options">Directory and sizes.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="clock">Names the files, by local time.</param>
    /// <param name="logger">Log of the store.</param>
    public MessageIndex(StoreOptions options, IDisk disk, TimeProvider clock, ILogger logger)
    {
        _disk = disk;
        _directory = Path.Combine(options.RootDirectory, "index");
        _slots = options.MaxHashSlots;
        _entries = options.MaxIndexEntries;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The files from oldest to newest, as of now.</summary>
    public IReadOnlyList<IndexFile> Files => _files;

    /// <summary>True when there is no file: dispatch then begins where the log does.</summary>
    public bool IsEmpty => _files.Length == 0;

    /// <summary>Store time of the newest key, milliseconds since 1970; 0 when there is none.</summary>
    public long EndTimestamp => _files is [.., var last] ? last.EndTimestamp : 0;

    /// <summary>Commit log offset of the newest key's record; 0 when there is none.</summary>
    public long EndOffset => _files is [.., var last] ? last.EndOffset : 0;

    /// <summary>Told when a full file is on the disk, with its end time; the checkpoint's index timestamp. Set before dispatch begins.</summary>
    public Action<long>? FileCompleted { get; set; }

    /// <summary>Takes up the files in the order of their names. Files that are no index of this size are left alone and logged.</summary>
    /// <param name="afterCrash">True when the store was not closed: files that may be half written are deleted.</param>
    /// <param name="safeTimestamp">Index timestamp of the checkpoint.</param>
    public void Load(bool afterCrash, long safeTimestamp)
    {
        if (!Directory.Exists(_directory))
        {
            return;
        }

        var files = new List<IndexFile>();
        foreach (var path in Directory.GetFiles(_directory).Order(StringComparer.Ordinal))
        {
            if (!long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                _logger.IndexFileIgnored(path, "its name is not a time");
                continue;
            }

            if (new FileInfo(path).Length != IndexFileLayout.FileSize(_slots, _entries))
            {
                _logger.IndexFileIgnored(path, "its size does not fit maxHashSlotNum and maxIndexNum");
                continue;
            }

            var file = IndexFile.Open(_disk, path, _slots, _entries);
            if (afterCrash && file.EndTimestamp > safeTimestamp)
            {
                file.Delete();
                _logger.IndexFileRebuilt(path);
                continue;
            }

            file.Rest();
            files.Add(file);
        }

        _files = [.. files];
    }

    /// <inheritdoc/>
    public void Dispatch(in DispatchedRecord record)
    {
        if (record.CommitOffset < EndOffset || MessageSysFlags.TransactionType(record.SysFlag) == MessageSysFlags.TransactionRollback)
        {
            return;
        }

        // The newest record may be dispatched again, and then all, some or none of its keys are there.
        var again = record.CommitOffset == EndOffset;
        if (!record.UniqueKey.IsEmpty)
        {
            Put(in record, record.UniqueKey, again);
        }

        var keys = record.Keys;
        while (!keys.IsEmpty)
        {
            var blank = keys.IndexOf((byte)PropertyNames.KeySeparator);
            var key = blank < 0 ? keys : keys[..blank];
            keys = blank < 0 ? default : keys[(blank + 1)..];
            if (!key.IsEmpty)
            {
                Put(in record, key, again);
            }
        }
    }

    /// <summary>Commit log offsets of messages that may have a key, from newest file to oldest; other keys of the same hash included.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="key">Key.</param>
    /// <param name="maxOffsets">At most so many.</param>
    /// <param name="begin">Earliest store time, milliseconds since 1970.</param>
    /// <param name="end">Latest store time, milliseconds since 1970.</param>
    public List<long> Query(string topic, string key, int maxOffsets, long begin, long end)
    {
        var offsets = new List<long>();
        var hash = IndexKey.Hash(topic, key);
        var files = _files;
        for (var i = files.Length - 1; i >= 0 && offsets.Count < maxOffsets; i--)
        {
            var file = files[i];
            if (file.Overlaps(begin, end))
            {
                QueryFile(file, hash, begin, end, maxOffsets, offsets);
                if (i < files.Length - 1)
                {
                    file.Rest();
                }
            }

            if (file.BeginTimestamp < begin)
            {
                break;
            }
        }

        return offsets;
    }

    /// <summary>Drops the keys of records at and behind a commit log offset. While nothing is dispatched.</summary>
    /// <param name="commitOffset">The new end of the log.</param>
    /// <returns>End time of the newest file that was not touched: up to there the index on the disk is whole.</returns>
    public long TruncateAfter(long commitOffset)
    {
        lock (_changes)
        {
            while (_files is [.., var last] && last.EndOffset >= commitOffset)
            {
                if (last.TruncateAfter(commitOffset))
                {
                    return _files is [.., var before, _] ? before.EndTimestamp : 0;
                }

                _files = _files[..^1];
                last.Delete();
            }

            return EndTimestamp;
        }
    }

    /// <summary>Deletes files all of whose records are gone, never the newest (store.md section 10.4).</summary>
    /// <param name="minCommitOffset">First offset of the log.</param>
    /// <returns>Files deleted.</returns>
    public int DeleteExpiredFiles(long minCommitOffset)
    {
        lock (_changes)
        {
            var deleted = 0;
            while (_files is [var first, _, ..] && first.EndOffset < minCommitOffset)
            {
                _files = _files[1..];
                first.Delete();
                deleted++;
            }

            return deleted;
        }
    }

    /// <summary>Makes the newest file durable, after the full ones.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public async Task FlushAsync()
    {
        await _flushing.ConfigureAwait(false);
        if (_files is [.., var last])
        {
            last.Flush();
        }
    }

    /// <summary>Closes the files. Does not flush.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static void QueryFile(IndexFile file, int hash, long begin, long end, int maxOffsets, List<long> offsets)
    {
        try
        {
            file.Query(hash, begin, end, maxOffsets, offsets);
        }
        catch (IOException) when (!File.Exists(file.Path))
        {
            // Deleted by retention meanwhile: its records are gone as well.
        }
    }

    private void Put(in DispatchedRecord record, ReadOnlySpan<byte> key, bool again)
    {
        var hash = IndexKey.Hash(record.Topic, key);
        if (again && Contains(hash, record.CommitOffset))
        {
            return;
        }

        var file = _files is [.., { IsFull: false } last] ? last : Roll();
        file.Put(hash, record.CommitOffset, record.StoreTimestamp);
    }

    // The keys of one record may lie on both sides of a roll.
    private bool Contains(int hash, long commitOffset)
    {
        var offsets = new List<long>();
        foreach (var file in _files.TakeLast(2))
        {
            file.Query(hash, long.MinValue, long.MaxValue, int.MaxValue, offsets);
        }

        return offsets.Contains(commitOffset);
    }

    private IndexFile Roll()
    {
        lock (_changes)
        {
            Directory.CreateDirectory(_directory);
            var time = _clock.GetLocalNow();
            string path;
            while (File.Exists(path = Path.Combine(_directory, time.ToString(NameFormat, CultureInfo.InvariantCulture)))
                || (_files is [.., var newest] && string.CompareOrdinal(path, newest.Path) <= 0))
            {
                time = NextName(time);
            }

            var file = IndexFile.Open(_disk, path, _slots, _entries);
            if (_files is [.., var full])
            {
                file.BeginAfter(full);
                _flushing = FlushFullAsync(_flushing, full);
            }

            _files = [.. _files, file];
            return file;
        }
    }

    // Files are ordered by name: two in one millisecond, or a clock that went back, must not disorder them.
    private DateTimeOffset NextName(DateTimeOffset time)
    {
        if (_files is [.., var newest]
            && DateTimeOffset.TryParseExact(
                Path.GetFileName(newest.Path), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var newestTime)
            && newestTime.DateTime > time.DateTime)
        {
            time = new DateTimeOffset(newestTime.DateTime, time.Offset);
        }

        return time.AddMilliseconds(1);
    }

    private async Task FlushFullAsync(Task before, IndexFile full)
    {
        await before.ConfigureAwait(false);
        await Task.Yield(); // off the dispatch thread
        try
        {
            full.Flush();
            full.Rest();
            FileCompleted?.Invoke(full.EndTimestamp);
        }
        catch (IOException e)
        {
            _logger.IndexFlushFailed(e, full.Path);
        }
    }
}
