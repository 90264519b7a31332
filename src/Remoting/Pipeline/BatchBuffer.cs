using System.Buffers;
using System.Collections.Concurrent;
using DotNetty.Buffers;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// The bytes of many frames that leave in one send. Filled through <see cref="IBufferWriter{T}"/> by whoever holds the lock of its
/// <see cref="ConnectionOutput"/>, then sealed and given to the channel, which releases it when the last byte is with the kernel or the
/// connection has ended. Instances and arrays are recycled, so steady traffic allocates neither.
/// </summary>
internal sealed class BatchBuffer : UnpooledHeapByteBuffer, IBufferWriter<byte>
{
    /// <summary>A batch that has grown to this is sealed; the next frame begins a new one.</summary>
    public const int SealLength = 256 * 1024;

    private const int MinArrayLength = 4 * 1024;
    private const int MaxIdleInstances = 256;

    private static readonly ConcurrentQueue<BatchBuffer> Idle = new();

    private byte[] _bytes = [];
    private ConnectionOutput? _owner;

    private BatchBuffer()
        : base(UnpooledByteBufferAllocator.Default, [], int.MaxValue)
    {
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Permits of one-way requests in here, given back when the bytes have left.</summary>
    public int OneWayPermits { get; set; }

    /// <summary>The batch that is in here in encrypted form; released with this one.</summary>
    public BatchBuffer? Carried { get; set; }

    /// <summary>An empty batch.</summary>
    /// <param name="owner">Told when the batch is released, if anybody.</param>
    /// <param name="expectedLength">How much is likely to be written.</param>
    public static BatchBuffer Rent(ConnectionOutput? owner, int expectedLength)
    {
        if (!Idle.TryDequeue(out var batch))
        {
            batch = new BatchBuffer();
        }

        batch._owner = owner;
        batch._bytes = ArrayPool<byte>.Shared.Rent(Math.Max(expectedLength, MinArrayLength));
        return batch;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - Length), nameof(count));
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Forgets what was written behind a position: a frame that could not be finished.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Makes the written bytes readable for the channel.</summary>
    public void Seal()
    {
        SetArray(_bytes); // the indices of the previous use do not matter: both are set
        SetIndex(0, Length);
    }

    protected override void Deallocate()
    {
        var owner = _owner;
        var carried = Carried;
        var length = Length;
        var permits = OneWayPermits;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _owner = null;
        Carried = null;
        Length = 0;
        OneWayPermits = 0;
        SetArray(_bytes);
        if (Idle.Count < MaxIdleInstances)
        {
            SetReferenceCount(1);
            Idle.Enqueue(this);
        }

        owner?.Released(length, permits);
        carried?.Release();
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * _bytes.Length, System.Array.MaxLength)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
