using System.Globalization;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Replication;

/// <summary>
/// Keeps aside what is about to be cut off the log: one file per log file, named by the offset of its first byte. Files that go as a whole
/// are moved, which costs nothing; of the one that is cut, the end is copied.
/// </summary>
internal static class TailKeeper
{
    private const int CopyStep = 1024 * 1024;

    /// <summary>Keeps everything from an offset on. It is on the disk when this returns.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="files">The log's files; those that begin at or behind the offset are moved away, and must be dropped afterwards.</param>
    /// <param name="offset">Where the tail begins.</param>
    /// <param name="end">End of the log.</param>
    /// <param name="root">Root directory of the store.</param>
    /// <param name="now">Names the directory, local time.</param>
    /// <exception cref="IOException">The disk refused; the log is as it was, but for files that are already moved.</exception>
    public static DivergedTail Keep(IDisk disk, MappedSegment[] files, long offset, long end, string root, DateTimeOffset now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMddHHmmssfff}-{offset:D20}");
        var directory = Path.Combine(root, "diverged", name);
        Directory.CreateDirectory(directory);

        // Copies first, because they can fail; then from the newest on, so that a crash in between leaves a log without a gap.
        if (Array.Find(files, file => file.StartOffset < offset && file.EndOffset > offset) is { } cut)
        {
            Copy(disk, cut, offset, Math.Min(end, cut.EndOffset), Path.Combine(directory, SegmentFileName.Of(offset)));
        }

        for (var i = files.Length - 1; i >= 0 && files[i].StartOffset >= offset; i--)
        {
            Move(disk, files[i], end, Path.Combine(directory, Path.GetFileName(files[i].Path)));
        }

        return new DivergedTail(directory, offset, end - offset);
    }

    private static void Move(IDisk disk, MappedSegment file, long end, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Copy(disk, file, file.StartOffset, Math.Min(end, file.EndOffset), path); // a mapped file cannot be moved there
        }
        else if (File.Exists(file.Path))
        {
            file.Flush();
            File.Move(file.Path, path);
        }
    }

    private static void Copy(IDisk disk, MappedSegment file, long from, long to, string path)
    {
        if (!file.TryHold())
        {
            throw new IOException($"{file.Path} was deleted while it was to be kept aside.");
        }

        try
        {
            using var copy = disk.Open(path);
            for (var offset = from; offset < to; offset += CopyStep)
            {
                var length = (int)Math.Min(CopyStep, to - offset);
                disk.Write(copy, offset - from, file.Read((int)(offset - file.StartOffset), length));
            }

            disk.Flush(copy);
        }
        finally
        {
            file.Release();
        }
    }
}
