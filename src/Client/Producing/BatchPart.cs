namespace Rocketeer.Client.Producing;

/// <summary>Messages of a batch that go in one request.</summary>
internal sealed class BatchPart
{
    private readonly List<(Message Message, byte[] Properties)> _members = [];
    private readonly List<string> _ids = [];

    /// <summary>Messages with their properties in UTF-8.</summary>
    public IReadOnlyList<(Message Message, byte[] Properties)> Members => _members;

    /// <summary>Ids of the messages.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>Encoded length of all.</summary>
    public int Length { get; private set; }

    /// <summary>The answer has the offset ids of all messages, separated by commas, and the queue offset of the first.</summary>
    public SendResult[] ResultsOf(SendResult answer)
    {
        var offsetIds = answer.OffsetMessageId.Split(',');
        var results = new SendResult[_ids.Count];
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = answer with
            {
                MessageId = _ids[index],
                OffsetMessageId = index < offsetIds.Length ? offsetIds[index] : "",
                QueueOffset = answer.QueueOffset + index,
            };
        }

        return results;
    }

    /// <summary>Takes one more message.</summary>
    public void Add(Message message, string id, byte[] properties, int length)
    {
        _members.Add((message, properties));
        _ids.Add(id);
        Length += length;
    }
}
