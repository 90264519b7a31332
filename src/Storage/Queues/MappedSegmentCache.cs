using Rocketeer.Storage.Segments;

namespace Rocketeer.Storage.Queues;

/// <summary>
/// Bounds how many queue segments are mapped at a time, whatever the number of queues: a segment is mapped when it is first held, and the
/// ones that were not held for longest are unmapped (second chance, so a hit costs no lock). Thread-safe.
/// </summary>
/// <param name="capacity">Most segments mapped; more only while more are held at the same time.</param>
internal sealed class MappedSegmentCache(int capacity)
{
    /// <summary>Far below the 65,530 mappings that Linux gives a process, and enough for a thousand busy topics.</summary>
    public const int DefaultCapacity = 8192;

    private readonly Lock _gate = new();
    private readonly Queue<MappedSegment> _mapped = new();

    /// <summary>Segments mapped through this cache, those included that were deleted since.</summary>
    public int MappedCount
    {
        get
        {
            lock (_gate)
            {
                return _mapped.Count;
            }
        }
    }

    /// <summary>Holds a segment, mapping it when necessary. Every hold of a queue segment goes through here.</summary>
    /// <returns>False when it is deleted.</returns>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public bool TryHold(MappedSegment segment) => segment.TryHoldMapped() || MapAndHold(segment);

    private bool MapAndHold(MappedSegment segment)
    {
        lock (_gate)
        {
            if (segment.TryHoldMapped())
            {
                return true; // another thread was faster
            }

            MakeRoom();
            if (!segment.TryHold())
            {
                return false;
            }

            _mapped.Enqueue(segment);
            return true;
        }
    }

    // Two rounds at most: the first may only take the marks of use, and what is held cannot go.
    private void MakeRoom()
    {
        for (var attempts = 2 * _mapped.Count; _mapped.Count >= capacity && attempts > 0; attempts--)
        {
            var oldest = _mapped.Dequeue();
            if (!oldest.IsClosed && (oldest.TakeUsed() || !oldest.TryUnmap()))
            {
                _mapped.Enqueue(oldest);
            }
        }
    }
}
