using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client;

/// <summary>
/// A message to send. It is read while it is sent, never written, so one object may be sent several times, each time as a message of its
/// own; do not change it meanwhile.
/// </summary>
/// <example><code>
/// new Message("orders", body) { Tag = "paid", Keys = ["4711"], Properties = { ["region"] = "eu" } }
/// </code></example>
public sealed class Message
{
    private Dictionary<string, string>? _properties;

    /// <summary>Creates a message.</summary>
    /// <param name="topic">Topic; 1 to 127 letters, digits, '_', '-', '%', '|'.</param>
    /// <param name="body">Content; not copied, and not empty when it is sent.</param>
    public Message(string topic, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(topic);
        Topic = topic;
        Body = body;
    }

    /// <summary>Topic.</summary>
    public string Topic { get; }

    /// <summary>Content.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Tag that consumers may filter by, or <see langword="null"/>.</summary>
    public string? Tag { get; init; }

    /// <summary>Keys under which brokers index the message, without spaces.</summary>
    public IReadOnlyCollection<string> Keys { get; init; } = [];

    /// <summary>
    /// Delay level, 0 for none: with a broker's default settings 1 to 18 are 1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h.
    /// </summary>
    public int DelayLevel { get; init; }

    /// <summary>A number for the application's own use.</summary>
    public int Flag { get; init; }

    /// <summary>
    /// True (default): the broker answers when its flush and replication settings are satisfied. False: it may answer earlier.
    /// </summary>
    public bool WaitUntilStored { get; init; } = true;

    /// <summary>The application's properties. Neither names nor values may be blank; names of the system's own properties are refused.</summary>
    public IDictionary<string, string> Properties
    {
        get => _properties ??= new Dictionary<string, string>(StringComparer.Ordinal);
        init => _properties = new Dictionary<string, string>(value, StringComparer.Ordinal);
    }

    /// <summary>
    /// Properties that only the client itself may set (<see cref="PropertyNames.Reserved"/>): retries of consumers, transactions. They take the
    /// place of the typed ones above.
    /// </summary>
    internal IReadOnlyDictionary<string, string>? SystemProperties { get; init; }

    /// <summary>The application's properties, without making an empty map.</summary>
    internal Dictionary<string, string>? PropertiesOrNull => _properties;
}
