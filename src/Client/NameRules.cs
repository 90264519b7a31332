using System.Buffers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client;

/// <summary>What topics and groups may be called (reference: namesrv-and-client.md C1; the 127 bytes are what a stored record can hold).</summary>
internal static class NameRules
{
    /// <summary>Longest group name.</summary>
    public const int MaxGroupLength = 255;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("%|-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>One sentence about what is wrong with a group name, or <see langword="null"/>.</summary>
    public static string? FaultOfGroup(string? group) => Fault("Group", group, MaxGroupLength);

    /// <summary>One sentence about what is wrong with a topic name, or <see langword="null"/>.</summary>
    public static string? FaultOfTopic(string? topic) => Fault("Topic", topic, MessageRecordLayout.MaxTopicBytes);

    private static string? Fault(string what, string? name, int longest)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return $"{what} is blank; give it a name.";
        }

        if (name.Length > longest)
        {
            return $"{what} '{name}' has {name.Length} characters; at most {longest} are allowed.";
        }

        return name.AsSpan().ContainsAnyExcept(Allowed)
            ? $"{what} '{name}' has a character that is not allowed; letters, digits, '_', '-', '%' and '|' are."
            : null;
    }
}
