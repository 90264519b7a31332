using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Storage.Segments;

/// <summary>
/// The data files of one directory, ordered by start offset (reference: store.md section 6). Readers look segments up without a lock, in
/// an array that is replaced at every change. Loading, adding, truncating and deleting are serialized inside.
/// </summary>
internal sealed class SegmentSet : IDisposable
{
    private readonly IDisk _disk;
    private readonly ILogger _logger;
    private readonly Lock _changes = new();
    private readonly MappingAccess _access;
    private volatile MappedSegment[] _segments = [];

    /// <summary>Describes a directory; touches nothing.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="directory">The directory; created when the first segment is.</param>
    /// <param name="segmentSize">Size of every file in bytes.</param>
    /// <param name="logger">Told about foreign files.</param>
    /// <param name="access">How the segments are used.</param>
    public SegmentSet(
        IDisk disk, string directory, int segmentSize, ILogger logger, MappingAccess access = MappingAccess.Streamed)
    {
        _disk = disk;
        _access = access;
        Directory = directory;
        SegmentSize = segmentSize;
        _logger = logger;
    }

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>Size of every file in bytes.</summary>
    public int SegmentSize { get; }

    /// <summary>The segments in order, as of now. Do not change the array.</summary>
    public MappedSegment[] Segments => _segments;

    /// <summary>The oldest segment, or <see langword="null"/>.</summary>
    public MappedSegment? First => _segments is [var first, ..] ? first : null;

    /// <summary>The newest segment, or <see langword="null"/>.</summary>
    public MappedSegment? Last => _segments is [.., var last] ? last : null;

    /// <summary>Start of the oldest segment; -1 when there is none.</summary>
    public long MinOffset => First?.StartOffset ?? -1;

    /// <summary>End of what is written; 0 when there is no segment.</summary>
    public long MaxOffset => Last is { } last ? last.StartOffset + last.WrotePosition : 0;

    /// <summary>
    /// Takes up the files of the directory, with all positions at their end; recovery then finds the true ones. Files whose names are not
    /// those of data files are left alone and logged. Maps nothing.
    /// </summary>
    /// <param name="repairLast">
    /// True after a crash: a last file that is too short was being created, and is taken as if zeros followed.
    /// </param>
    /// <exception cref="StoreException">A file has another size than configured.</exception>
    public void Load(bool repairLast)
    {
        lock (_changes)
        {
            var found = new List<MappedSegment>();
            if (System.IO.Directory.Exists(Directory))
            {
                foreach (var file in new DirectoryInfo(Directory).EnumerateFiles())
                {
                    if (SegmentFileName.TryParse(file.Name, out var start) && start % SegmentSize == 0)
                    {
                        found.Add(new MappedSegment(_disk, file.FullName, start, SegmentSize, _access));
                    }
                    else
                    {
                        _logger.ForeignFileIgnored(file.FullName, SegmentSize);
                    }
                }
            }

            found.Sort((a, b) => a.StartOffset.CompareTo(b.StartOffset));
            for (var i = 0; i < found.Count; i++)
            {
                CheckSize(found[i], mayBeShort: repairLast && i == found.Count - 1);
                found[i].ResetPositions(SegmentSize);
            }

            _segments = [.. found];
        }
    }

    /// <summary>The segment that holds an offset, or <see langword="null"/>. Does not hold it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MappedSegment? Find(long offset)
    {
        var segments = _segments;
        if (segments.Length == 0)
        {
            return null;
        }

        var index = (ulong)(offset - segments[0].StartOffset) / (uint)SegmentSize;
        return offset >= 0 && index < (ulong)segments.Length && segments[index].StartOffset == offset - (offset % SegmentSize)
            ? segments[index]
            : FindBeyondGap(segments, offset);
    }

    /// <summary>Adds an empty segment behind the last one.</summary>
    /// <param name="startIfEmpty">Where the first segment of an empty set starts: this offset rounded down to a file start.</param>
    public MappedSegment AddNext(long startIfEmpty)
    {
        lock (_changes)
        {
            var start = Last is { } last ? last.EndOffset : startIfEmpty - (startIfEmpty % SegmentSize);
            var segment = Describe(start);
            _segments = [.. _segments, segment];
            return segment;
        }
    }

    /// <summary>Adds a segment that was prepared elsewhere, behind the last one.</summary>
    public void Add(MappedSegment segment)
    {
        lock (_changes)
        {
            if (Last is { } last && segment.StartOffset < last.EndOffset)
            {
                throw new ArgumentException($"{segment.Path} does not come behind {last.Path}.", nameof(segment));
            }

            _segments = [.. _segments, segment];
        }
    }

    /// <summary>A segment of this directory that is not part of the set yet.</summary>
    public MappedSegment Describe(long startOffset)
    {
        System.IO.Directory.CreateDirectory(Directory);
        return new MappedSegment(_disk, Path.Combine(Directory, SegmentFileName.Of(startOffset)), startOffset, SegmentSize, _access);
    }

    /// <summary>
    /// Drops everything from an offset on: files that start behind it are deleted, the one that holds it or starts at it ends there.
    /// </summary>
    public void TruncateTo(long offset)
    {
        lock (_changes)
        {
            var kept = new List<MappedSegment>(_segments.Length);
            foreach (var segment in _segments)
            {
                if (segment.StartOffset > offset)
                {
                    segment.Delete();
                    continue;
                }

                if (segment.EndOffset > offset)
                {
                    segment.ResetPositions((int)(offset - segment.StartOffset));
                }

                kept.Add(segment);
            }

            _segments = [.. kept];
        }
    }

    /// <summary>Deletes the newest segment.</summary>
    public void DeleteLast()
    {
        lock (_changes)
        {
            if (_segments is [.., var last])
            {
                _segments = _segments[..^1];
                last.Delete();
            }
        }
    }

    /// <summary>Deletes the oldest segment; never the last one.</summary>
    /// <returns>False when there is at most one.</returns>
    public bool DeleteFirst()
    {
        lock (_changes)
        {
            if (_segments.Length < 2)
            {
                return false;
            }

            var first = _segments[0];
            _segments = _segments[1..];
            first.Delete();
            return true;
        }
    }

    /// <summary>Deletes every segment. The directory stays.</summary>
    public void DeleteAll() => TruncateTo(long.MinValue);

    /// <summary>Makes everything written durable.</summary>
    /// <returns>Bytes made durable.</returns>
    public long Flush()
    {
        var bytes = 0L;
        foreach (var segment in _segments)
        {
            bytes += segment.Flush();
        }

        return bytes;
    }

    /// <summary>Closes the segments. Does not flush.</summary>
    public void Dispose()
    {
        lock (_changes)
        {
            foreach (var segment in _segments)
            {
                segment.Dispose();
            }

            _segments = [];
        }
    }

    private static MappedSegment? FindBeyondGap(MappedSegment[] segments, long offset)
    {
        foreach (var segment in segments)
        {
            if (offset >= segment.StartOffset && offset < segment.EndOffset)
            {
                return segment;
            }
        }

        return null;
    }

    private void CheckSize(MappedSegment segment, bool mayBeShort)
    {
        var length = new FileInfo(segment.Path).Length;
        if (length == SegmentSize)
        {
            return;
        }

        if (!mayBeShort || length > SegmentSize)
        {
            throw new StoreException(
                $"The file {segment.Path} has {length} bytes, but the configured file size is {SegmentSize}; configure the size with "
                + "which the store was written, or move the file away.");
        }

        _logger.ShortFileExtended(segment.Path, length, SegmentSize);
        using var file = _disk.Open(segment.Path);
        RandomAccess.SetLength(file, SegmentSize);
    }
}
