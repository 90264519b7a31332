namespace Rocketeer.Storage;

/// <summary>
/// Computes which consumers' filters a message passes, for its extension unit (store.md section 9). Called on the dispatch thread for every
/// message, also while the store opens; must be short and must not throw.
/// </summary>
public interface IFilterBitmaps
{
    /// <summary>Longest bitmap in bytes; readers take a longer one, which another broker wrote, for none.</summary>
    const int MaxBytes = 1024;

    /// <summary>Computes the bitmap of a message.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="properties">Its properties string, UTF-8.</param>
    /// <param name="bitmap">Takes the bitmap; <see cref="MaxBytes"/> long, with any content.</param>
    /// <returns>Bytes written; 0 for no bitmap, which leaves the decision to the record's properties.</returns>
    int Compute(string topic, ReadOnlySpan<byte> properties, Span<byte> bitmap);
}
