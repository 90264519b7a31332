using System.Collections.Concurrent;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>The map that both offset stores keep in memory.</summary>
internal static class OffsetTable
{
    /// <summary>Sets or raises an offset.</summary>
    public static void Update(ConcurrentDictionary<MessageQueue, long> offsets, MessageQueue queue, long offset, bool increaseOnly)
    {
        if (increaseOnly)
        {
            offsets.AddOrUpdate(queue, static (_, added) => added, static (_, old, raised) => Math.Max(old, raised), offset);
        }
        else
        {
            offsets[queue] = offset;
        }
    }

    /// <summary>A copy of what is known of one topic.</summary>
    public static Dictionary<MessageQueue, long> OfTopic(ConcurrentDictionary<MessageQueue, long> offsets, string topic) =>
        offsets.Where(pair => pair.Key.Topic == topic).ToDictionary();
}
