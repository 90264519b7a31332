using System.Buffers;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Topics;

/// <summary>
/// Which names topics and groups may have. The original's clients hold this line; its broker does not, although topics become
/// directories (docs/deviations.md). Names that a store already has are never refused.
/// </summary>
internal static class TopicNameRules
{
    private const string Allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%|-_";
    private static readonly SearchValues<char> AllowedCharacters = SearchValues.Create(Allowed);

    /// <summary>Longest group name, so that its retry and dead letter topics are legal, too.</summary>
    public static int MaxGroupLength { get; } = MessageRecordLayout.MaxTopicBytes - TopicNames.RetryPrefix.Length;

    /// <summary>Says what is wrong with a topic name.</summary>
    /// <returns>One sentence, or <see langword="null"/> when it is legal.</returns>
    public static string? ProblemOfTopic(string? topic) => Problem("topic", topic, MessageRecordLayout.MaxTopicBytes);

    /// <summary>Says what is wrong with a group name. Groups that are not consumed from may be longer than their retry topic allows.</summary>
    /// <returns>One sentence, or <see langword="null"/> when it is legal.</returns>
    public static string? ProblemOfGroup(string? group) => Problem("group", group, 255);

    private static string? Problem(string kind, string? name, int longest)
    {
        if (string.IsNullOrEmpty(name))
        {
            return $"the {kind} name is empty";
        }

        if (name.Length > longest)
        {
            return $"the {kind} name is {Encoding.UTF8.GetByteCount(name)} bytes long, the longest allowed is {longest}";
        }

        var illegal = name.AsSpan().IndexOfAnyExcept(AllowedCharacters);
        return illegal < 0
            ? null
            : $"the {kind} name has an illegal character at position {illegal}; allowed are letters, digits and % | - _";
    }
}
