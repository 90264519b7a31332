using Rocketeer.Broker.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Filtering;

/// <summary>Sets the bits of the groups whose expressions a message satisfies, dead groups too, when <c>enableCalcFilterBitMap</c> is on.</summary>
internal sealed class FilterBitmaps(FilterSettings settings, ConsumerFilters filters) : IFilterBitmaps
{
    /// <summary>A topic that more groups filter gets no bitmaps: dispatch must not wait for them. Pulls evaluate the properties instead.</summary>
    public const int MostPerTopic = 256;

    /// <inheritdoc/>
    public int Compute(string topic, ReadOnlySpan<byte> properties, Span<byte> bitmap)
    {
        if (!settings.EnableCalcFilterBitMap || filters.OfTopic(topic) is not { Length: > 0 and <= MostPerTopic } ofTopic)
        {
            return 0;
        }

        bitmap = bitmap[..filters.Bloom.Bytes];
        bitmap.Clear();
        foreach (var filter in ofTopic)
        {
            if (filter.Expression.Matches(properties))
            {
                BloomFilter.Set(bitmap, filter.Positions);
            }
        }

        return bitmap.Length;
    }
}
