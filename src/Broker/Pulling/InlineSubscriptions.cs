using System.Collections.Concurrent;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Pulling;

/// <summary>
/// Subscriptions that pulls bring along as text. Consumers send the same text with every pull, so each is parsed once; when hostile
/// texts fill the table it starts over. Thread-safe.
/// </summary>
internal sealed class InlineSubscriptions
{
    private const int MostKept = 10_000;
    private readonly ConcurrentDictionary<(string Topic, string Expression), SubscriptionData> _parsed = new();

    /// <summary>The subscription of a text.</summary>
    /// <returns><see langword="null"/> when it does not parse: only separators.</returns>
    public SubscriptionData? Find(string topic, string? expression)
    {
        var text = string.IsNullOrEmpty(expression) ? TagExpression.All : expression;
        if (_parsed.TryGetValue((topic, text), out var known))
        {
            return known;
        }

        try
        {
            var parsed = TagExpression.Parse(topic, text, version: 0);
            if (_parsed.Count >= MostKept)
            {
                _parsed.Clear();
            }

            return _parsed[(topic, text)] = parsed;
        }
        catch (FormatException)
        {
            return null; // the caller answers SUBSCRIPTION_PARSE_FAILED
        }
    }
}
