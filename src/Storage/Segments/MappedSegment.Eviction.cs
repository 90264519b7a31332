using System.Runtime.CompilerServices;

namespace Rocketeer.Storage.Segments;

// For whoever bounds the number of mapped segments: a hold that never maps, and a mark of use.
internal sealed unsafe partial class MappedSegment
{
    private volatile bool _used; // set by every hold that the bounding cache hands out, taken by its eviction

    /// <summary>Holds the segment when it is mapped; never maps it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHoldMapped()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & (MappedBit | ClosedBit)) != MappedBit)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                _used = true;
                return true;
            }
        }
    }

    /// <summary>True when the segment was held since the last call.</summary>
    public bool TakeUsed()
    {
        var used = _used;
        _used = false;
        return used;
    }
}
