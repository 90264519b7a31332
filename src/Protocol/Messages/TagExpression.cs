using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Protocol.Messages;

/// <summary>Subscription expressions: tags separated by <c>||</c>, or a text in another language.</summary>
public static class TagExpression
{
    /// <summary>The expression that wants every message.</summary>
    public const string All = "*";

    /// <summary>Expression type of tags; also what an absent type means.</summary>
    public const string TagType = "TAG";

    /// <summary>Expression type of SQL filters.</summary>
    public const string Sql92Type = "SQL92";

    /// <summary>True for tags and for an absent type.</summary>
    public static bool IsTagType(string? expressionType) => string.IsNullOrEmpty(expressionType) || expressionType == TagType;

    /// <summary>Builds a subscription.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="expression">The expression; nothing and <c>*</c> want everything when it is of tags.</param>
    /// <param name="version">Version of the subscription, milliseconds since 1970.</param>
    /// <param name="expressionType"><c>TAG</c>, <c>SQL92</c> or <see langword="null"/>, which means tags.</param>
    /// <exception cref="FormatException">The expression holds separators only, or is empty where its language needs a text.</exception>
    public static SubscriptionData Parse(string topic, string? expression, long version, string? expressionType = null)
    {
        if (!IsTagType(expressionType))
        {
            return string.IsNullOrEmpty(expression)
                ? throw new FormatException($"The {expressionType} expression of topic {topic} is empty; write one, or use tags.")
                : new SubscriptionData { Topic = topic, SubString = expression, ExpressionType = expressionType, SubVersion = version };
        }

        var subscription = new SubscriptionData { Topic = topic, SubVersion = version, SubString = expression ?? All };
        if (string.IsNullOrEmpty(expression) || expression == All)
        {
            subscription.SubString = All;
            return subscription;
        }

        if (expression.Replace("||", "", StringComparison.Ordinal).Length == 0)
        {
            throw new FormatException($"The expression '{expression}' of topic {topic} names no tag; write tags between the separators, or *.");
        }

        foreach (var tag in expression.Split("||", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            subscription.TagsSet.Add(tag);
            subscription.CodeSet.Add(JavaStringHash.Of(tag));
        }

        return subscription;
    }
}
