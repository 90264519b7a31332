using Microsoft.Win32.SafeHandles;
using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Tests;

/// <summary>A disk that can be told to fail, to be full, or to hold its syncs; counts what it does.</summary>
internal sealed class FaultyDisk : IDisk
{
    private int _flushes;

    /// <summary>Syncs so far.</summary>
    public int Flushes => Volatile.Read(ref _flushes);

    /// <summary>While set, syncs wait for it.</summary>
    public ManualResetEventSlim? HoldFlushes { get; set; }

    /// <summary>While set, reservations wait for it.</summary>
    public ManualResetEventSlim? HoldAllocations { get; set; }

    public bool FailFlushes { get; set; }

    /// <summary>Bytes of the next write that reach the disk before it fails; negative: all of them.</summary>
    public int TearNextWriteAt { get; set; } = -1;

    public bool IsFull { get; set; }

    public double Used { get; set; } = 0.1;

    /// <summary>Of the commit log's partition, when it is another one.</summary>
    public double? UsedByLog { get; set; }

    public SafeFileHandle Open(string path) => RealDisk.Instance.Open(path);

    public void Allocate(SafeFileHandle file, long position, long length)
    {
        HoldAllocations?.Wait();
        if (IsFull)
        {
            throw new IOException("There is no space left.", 28);
        }

        RealDisk.Instance.Allocate(file, position, length);
    }

    public void Write(SafeFileHandle file, long position, ReadOnlySpan<byte> bytes)
    {
        if (TearNextWriteAt >= 0)
        {
            RealDisk.Instance.Write(file, position, bytes[..Math.Min(TearNextWriteAt, bytes.Length)]);
            throw new IOException("torn write");
        }

        RealDisk.Instance.Write(file, position, bytes);
    }

    public void Flush(SafeFileHandle file)
    {
        BeforeFlush();
        RealDisk.Instance.Flush(file);
    }

    public void FlushMapped(nint address, nint length)
    {
        BeforeFlush();
        RealDisk.Instance.FlushMapped(address, length);
    }

    public void Clear(SafeFileHandle file, long position, long length) => RealDisk.Instance.Clear(file, position, length);

    public void Delete(string path) => RealDisk.Instance.Delete(path);

    public double UsedFraction(string path) =>
        path.EndsWith("commitlog", StringComparison.Ordinal) ? UsedByLog ?? Used : Used;

    private void BeforeFlush()
    {
        HoldFlushes?.Wait();
        Interlocked.Increment(ref _flushes);
        if (FailFlushes)
        {
            throw new IOException("flush failed");
        }
    }
}
