using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>Which messages of a topic a consumer wants. Immutable.</summary>
public sealed class FilterExpression
{
    private FilterExpression(string type, string text, IReadOnlySet<string> tags)
    {
        Type = type;
        Text = text;
        TagSet = tags;
    }

    /// <summary>Every message.</summary>
    public static FilterExpression All { get; } = new(TagExpression.TagType, "*", new HashSet<string>());

    /// <summary><c>TAG</c> or <c>SQL92</c>.</summary>
    public string Type { get; }

    /// <summary>The expression as the broker gets it.</summary>
    public string Text { get; }

    /// <summary>The wanted tags; empty for every message and for SQL.</summary>
    public IReadOnlySet<string> TagSet { get; }

    /// <summary>Messages with one of several tags.</summary>
    /// <param name="expression"><c>TagA || TagB</c>; null, empty and <c>*</c> mean every message.</param>
    /// <exception cref="ArgumentException">There is nothing but separators in it.</exception>
    public static FilterExpression Tags(string? expression)
    {
        if (string.IsNullOrEmpty(expression) || expression == "*")
        {
            return All;
        }

        var tags = expression.Split("||", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return tags.Length > 0
            ? new FilterExpression(TagExpression.TagType, expression, new HashSet<string>(tags, StringComparer.Ordinal))
            : throw new ArgumentException($"The tag expression '{expression}' names no tag; write * for every message.", nameof(expression));
    }

    /// <summary>Messages whose properties satisfy a condition; the broker needs <c>enablePropertyFilter=true</c>.</summary>
    /// <param name="condition">A condition of the SQL92 subset, for instance <c>price > 10 AND region = 'eu'</c>.</param>
    public static FilterExpression Sql(string condition)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(condition);
        return new FilterExpression(TagExpression.Sql92Type, condition, new HashSet<string>());
    }

    /// <summary>A tag expression.</summary>
    public static implicit operator FilterExpression(string? tags) => Tags(tags);

    /// <summary>As <see cref="Tags"/>.</summary>
    public static FilterExpression ToFilterExpression(string? tags) => Tags(tags);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>True unless the message lacks every wanted tag. The broker compares hashes only, so collisions are sorted out here.</summary>
    internal bool Accepts(MessageExt message) => TagSet.Count == 0 || (message.Tags is { } tag && TagSet.Contains(tag));
}
