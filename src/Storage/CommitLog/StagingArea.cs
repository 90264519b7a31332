using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.CommitLogs;

/// <summary>Bytes of one segment that are appended and not yet written to the file.</summary>
internal sealed class StagingBlock(int capacity)
{
    /// <summary>The bytes.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(capacity);

    /// <summary>Where they go.</summary>
    public MappedSegment Segment { get; private set; } = null!;

    /// <summary>Position of the first byte in the segment.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes in use.</summary>
    public int Length { get; set; }

    /// <summary>What readers may see of the segment once the bytes are written; behind the bytes when a blank fills the file.</summary>
    public int EndPosition { get; set; }

    /// <summary>Store time of the newest record in the block.</summary>
    public long StoreTimestamp { get; set; }

    /// <summary>Makes the block ready for the first bytes of a batch.</summary>
    public void Begin(MappedSegment segment, int position)
    {
        Segment = segment;
        Position = position;
        Length = 0;
        EndPosition = position;
        StoreTimestamp = 0;
    }
}

/// <summary>
/// Holds what is appended under synchronous flush until the committer writes it: everything that was appended during one sync leaves with
/// the next. Blocks are reused, so the steady state allocates nothing. Used under the append lock.
/// </summary>
internal sealed class StagingArea
{
    private const int BlockSize = 1024 * 1024;
    private const int MaxFreeBlocks = 8;
    private const int MaxStagedBytes = 64 * 1024 * 1024;

    private readonly Stack<StagingBlock> _free = new();
    private readonly Queue<StagingBlock> _filled = new();
    private StagingBlock? _current;
    private int _staged;

    /// <summary>Makes room for bytes at a position of a segment. Positions come in order.</summary>
    /// <returns>The room; empty when the disk is so far behind that no more is taken.</returns>
    public Span<byte> Claim(MappedSegment segment, int position, int length)
    {
        if (_staged > 0 && _staged + length > MaxStagedBytes)
        {
            return [];
        }

        var block = _current;
        if (block is null || block.Segment != segment || block.EndPosition != position || block.Buffer.Length - block.Length < length)
        {
            if (block is not null)
            {
                _filled.Enqueue(block);
            }

            block = _free.Count > 0 && length <= BlockSize ? _free.Pop() : new StagingBlock(Math.Max(BlockSize, length));
            block.Begin(segment, position);
            _current = block;
        }

        var room = block.Buffer.AsSpan(block.Length, length);
        block.Length += length;
        block.EndPosition = position + length;
        _staged += length;
        return room;
    }

    /// <summary>Bytes that wait for the committer or are with it. May be read without the append lock.</summary>
    public int Staged => Volatile.Read(ref _staged);

    /// <summary>The block that the last claim came from.</summary>
    public StagingBlock? Current => _current;

    /// <summary>Gives everything staged to the committer, and takes back the blocks that it has written.</summary>
    /// <param name="blocks">On entry the blocks to take back, on exit those to write, in order.</param>
    public void Exchange(List<StagingBlock> blocks)
    {
        foreach (var block in blocks)
        {
            _staged -= block.Length;
            if (block.Buffer.Length == BlockSize && _free.Count < MaxFreeBlocks)
            {
                _free.Push(block);
            }
        }

        blocks.Clear();
        while (_filled.TryDequeue(out var block))
        {
            blocks.Add(block);
        }

        if (_current is not null)
        {
            blocks.Add(_current);
            _current = null;
        }
    }
}
