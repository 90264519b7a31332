using System.Globalization;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests.Processes;

/// <summary>A commit log as it lies on the disk, read without the code that wrote it, once nobody writes it any more.</summary>
internal sealed class CommitLogFiles(string directory, int fileSize)
{
    private long _start = -1;
    private byte[]? _bytes; // of the file that begins at _start: who reads in order reads each file once

    /// <summary>The body of the record at an offset, or <see langword="null"/> when there is none.</summary>
    public byte[]? BodyAt(long offset)
    {
        var start = offset - (offset % fileSize);
        if (File(start) is not { } file)
        {
            return null;
        }

        var at = (int)(offset - start);
        var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
        return size > 0 && size <= file.Length - at && MessageRecordView.TryParse(file.AsSpan(at, size), out var view)
            && view.PhysicalOffset == offset
            ? view.Body.ToArray()
            : null;
    }

    /// <summary>The first offset before an end at which two logs differ, or -1.</summary>
    public long DifferenceTo(CommitLogFiles other, long end)
    {
        for (var start = 0L; start < end; start += fileSize)
        {
            var length = (int)Math.Min(fileSize, end - start);
            if (File(start) is not { } own || other.File(start) is not { } its)
            {
                return start;
            }

            var same = own.AsSpan(0, length).CommonPrefixLength(its.AsSpan(0, length));
            if (same < length)
            {
                return start + same;
            }
        }

        return -1;
    }

    private byte[]? File(long start)
    {
        if (start != _start)
        {
            var path = Path.Combine(directory, start.ToString("D20", CultureInfo.InvariantCulture));
            (_start, _bytes) = (start, System.IO.File.Exists(path) ? System.IO.File.ReadAllBytes(path) : null);
        }

        return _bytes;
    }
}
