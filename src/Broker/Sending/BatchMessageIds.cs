using System.Text;
using Rocketeer.Protocol.Messages;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Sending;

/// <summary>The message ids of a stored batch: offset ids joined by commas, in order (reference: store.md section 4.2).</summary>
internal static class BatchMessageIds
{
    /// <summary>Walks the batch again; its records lie back to back from the first one's offset.</summary>
    public static string Of(in MessageToStore batch, HostAddress storeHost, long firstOffset)
    {
        var topicLength = Encoding.UTF8.GetByteCount(batch.Topic);
        var ids = new StringBuilder();
        var offset = firstOffset;
        var items = new BatchMessageReader(batch.Body);
        while (items.Read())
        {
            if (ids.Length > 0)
            {
                ids.Append(',');
            }

            ids.Append(new OffsetMessageId(storeHost, offset));
            offset += MessageRecordLayout.TotalSize(items.Body.Length, topicLength, items.Properties.Length);
        }

        return ids.ToString();
    }
}
