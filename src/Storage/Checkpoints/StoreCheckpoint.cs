using System.Buffers.Binary;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Checkpoints;

/// <summary>
/// The file <c>checkpoint</c>: up to which store time log, queues and index are known to be on the disk (reference: store.md section 12).
/// 4096 bytes, three big-endian int64 at its start. The times may be set from any thread; they reach the file at <see cref="Save"/>.
/// </summary>
internal sealed class StoreCheckpoint
{
    private const int FileLength = 4096;
    private const int LogAt = 0;
    private const int QueuesAt = 8;
    private const int IndexAt = 16;
    private const int UsedLength = 24;

    // What is written within this time before the checkpoint may not be covered by it.
    private const long Slack = 3000;

    private readonly IDisk _disk;
    private readonly string _path;
    private readonly Lock _saving = new();
    private long _log;
    private long _queues;
    private long _index;

    /// <summary>Reads the file; a missing or short one counts as zeros.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public StoreCheckpoint(IDisk disk, string path)
    {
        _disk = disk;
        _path = path;
        try
        {
            var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
            if (bytes.Length >= UsedLength)
            {
                _log = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(LogAt));
                _queues = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(QueuesAt));
                _index = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(IndexAt));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The checkpoint {path} cannot be read; check its permissions.", e);
        }
    }

    /// <summary>Messages of the log stored up to this time are on the disk; milliseconds since 1970.</summary>
    public long LogTimestamp
    {
        get => Volatile.Read(ref _log);
        set => Volatile.Write(ref _log, value);
    }

    /// <summary>Queue entries of messages stored up to this time are on the disk; milliseconds since 1970.</summary>
    public long QueuesTimestamp
    {
        get => Volatile.Read(ref _queues);
        set => Volatile.Write(ref _queues, value);
    }

    /// <summary>Index entries of messages stored up to this time are on the disk; milliseconds since 1970.</summary>
    public long IndexTimestamp
    {
        get => Volatile.Read(ref _index);
        set => Volatile.Write(ref _index, value);
    }

    /// <summary>Up to this store time everything is on the disk: where recovery after a crash may begin.</summary>
    /// <param name="withIndex">Whether the index counts too.</param>
    public long SafeTimestamp(bool withIndex)
    {
        var safe = Math.Max(0, Math.Min(LogTimestamp, QueuesTimestamp) - Slack);
        return withIndex ? Math.Min(safe, IndexTimestamp) : safe;
    }

    /// <summary>Writes the file and makes it durable.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Save()
    {
        lock (_saving)
        {
            Span<byte> bytes = stackalloc byte[UsedLength];
            BinaryPrimitives.WriteInt64BigEndian(bytes[LogAt..], LogTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(bytes[QueuesAt..], QueuesTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(bytes[IndexAt..], IndexTimestamp);
            using var file = _disk.Open(_path);
            if (RandomAccess.GetLength(file) < FileLength)
            {
                RandomAccess.SetLength(file, FileLength);
            }

            _disk.Write(file, 0, bytes);
            _disk.Flush(file);
        }
    }
}
