using System.Collections.Frozen;
using Rocketeer.Protocol.Messages;
using Rocketeer.Protocol.Signing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// Reads <c>plain_acl.yml</c> (docs/access-control.md) strictly: what it does not understand it refuses, because a rule that is silently
/// dropped leaves a door open. Collects the mistakes; messages never contain a secret, so what the parser says of broken YAML is left out.
/// Uses the node model of the YAML library, which needs no reflection.
/// </summary>
internal sealed class AclFileReader
{
    /// <summary>Access and secret keys must be longer, as in the original.</summary>
    private const int TooShort = 6;

    /// <summary>Longest access key.</summary>
    private const int LongestKey = 255;

    private const int MaxMistakes = 10;
    private const string AllRights = "DENY, PUB, SUB or PUB|SUB";

    private readonly string _path;
    private readonly List<string> _mistakes = [];

    private AclFileReader(string path) => _path = path;

    /// <summary>Reads rules.</summary>
    /// <param name="text">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="AclFormatException">There are mistakes.</exception>
    public static AclRules Read(string text, string path)
    {
        var reader = new AclFileReader(path);
        var rules = reader.Rules(reader.Root(text));
        return reader._mistakes.Count == 0 ? rules : throw new AclFormatException(string.Join(' ', reader._mistakes.Take(MaxMistakes)));
    }

    private YamlMappingNode Root(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new ShallowParser(new Parser(new StringReader(text))));
        }
#pragma warning disable CA1031 // Whatever the library makes of broken text, the rules in force stay.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            // The text of the exception may quote the file, and so a secret.
            var line = broken is YamlException { Start.Line: var at } ? $", line {at}" : "";
            throw new AclFormatException(
                $"{_path}{line}: this is not valid YAML, or a key occurs twice; values with special characters need quotes.");
        }

        return yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode { Children.Count: > 0 } root
            ? root
            : throw new AclFormatException($"{_path}: the file is empty or no mapping; it needs globalWhiteRemoteAddresses or accounts.");
    }

    private AclRules Rules(YamlMappingNode root)
    {
        var white = new List<AddressPattern>();
        var accounts = new Dictionary<string, Account>(StringComparer.Ordinal);
        foreach (var (key, value) in root.Children)
        {
            switch (Text(key))
            {
                case "globalWhiteRemoteAddresses":
                    white.AddRange(Items(value, "globalWhiteRemoteAddresses").Select(Address));
                    break;
                case "accounts":
                    foreach (var item in Items(value, "accounts"))
                    {
                        if (ReadAccount(item) is { } account && !accounts.TryAdd(account.AccessKey, account))
                        {
                            Mistake(item, $"the accessKey {account.AccessKey} occurs twice; one account per key");
                        }
                    }

                    break;
                default:
                    Mistake(key, "unknown key; the file has globalWhiteRemoteAddresses and accounts");
                    break;
            }
        }

        return new AclRules(white, accounts.Values);
    }

    private Account? ReadAccount(YamlNode node)
    {
        if (node is not YamlMappingNode mapping)
        {
            Mistake(node, "an account must be a mapping with accessKey and secretKey");
            return null;
        }

        string? accessKey = null, secretKey = null;
        var (isAdmin, white, topic, group) = (false, AddressPattern.None, Rights.Deny, Rights.Deny);
        var topics = new Dictionary<string, Rights>(StringComparer.Ordinal);
        var groups = new Dictionary<string, Rights>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            switch (Text(key))
            {
                case "accessKey": accessKey = Text(value); break;
                case "secretKey": secretKey = Text(value); break;
                case "whiteRemoteAddress": white = Address(value); break;
                case "admin": isAdmin = Flag(value); break;
                case "defaultTopicPerm": topic = RightsOf(Text(value), value); break;
                case "defaultGroupPerm": group = RightsOf(Text(value), value); break;
                case "topicPerms": ReadRights(value, "topicPerms", topics, groups); break;
                case "groupPerms": ReadRights(value, "groupPerms", groups, groups); break;
                default: Mistake(key, "unknown key of an account"); break;
            }
        }

        if (!IsKey(accessKey, "accessKey", node) | !IsKey(secretKey, "secretKey", node))
        {
            return null;
        }

        return new Account
        {
            AccessKey = accessKey!,
            Key = new SigningKey(secretKey!),
            WhiteAddress = white,
            IsAdmin = isAdmin,
            DefaultTopic = topic,
            DefaultGroup = group,
            Topics = topics.ToFrozenDictionary(StringComparer.Ordinal),
            Groups = groups.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    private bool IsKey(string? key, string name, YamlNode node)
    {
        if (key is { Length: > TooShort and <= LongestKey })
        {
            return true;
        }

        Mistake(node, key is null
            ? $"an account has no {name}"
            : $"an account's {name} has {key.Length} characters; {TooShort + 1} to {LongestKey} are allowed");
        return false;
    }

    /// <summary>Reads <c>name=rights</c> entries; the last one of a name wins. Retry topics are kept with the groups.</summary>
    private void ReadRights(YamlNode node, string list, Dictionary<string, Rights> rights, Dictionary<string, Rights> groups)
    {
        foreach (var item in Items(node, list))
        {
            var parts = (Text(item) ?? "").Split('=', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length != 2)
            {
                Mistake(item, $"an entry of {list} is not name=rights, with rights {AllRights}");
            }
            else if (parts[0].StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal))
            {
                groups[parts[0][TopicNames.RetryPrefix.Length..]] = RightsOf(parts[1], item);
            }
            else
            {
                rights[parts[0]] = RightsOf(parts[1], item);
            }
        }
    }

    private Rights RightsOf(string? text, YamlNode node)
    {
        switch (text?.Trim())
        {
            case "PUB":
                return Rights.Pub;
            case "SUB":
                return Rights.Sub;
            case "PUB|SUB" or "SUB|PUB":
                return Rights.Pub | Rights.Sub;
            case null or "DENY":
                return Rights.Deny;
            default:
                Mistake(node, $"these rights do not exist; write {AllRights}");
                return Rights.Deny;
        }
    }

    private AddressPattern Address(YamlNode node)
    {
        try
        {
            return AddressPattern.Parse(Text(node));
        }
        catch (FormatException e)
        {
            Mistake(node, e.Message);
            return AddressPattern.None;
        }
    }

    /// <summary>The booleans of YAML 1.1, which the original reads.</summary>
    private bool Flag(YamlNode node)
    {
        switch (Text(node)?.ToUpperInvariant())
        {
            case "TRUE" or "YES" or "ON":
                return true;
            case null or "FALSE" or "NO" or "OFF":
                return false;
            default:
                Mistake(node, "admin must be true or false");
                return false;
        }
    }

    private IEnumerable<YamlNode> Items(YamlNode node, string list)
    {
        if (node is YamlSequenceNode sequence)
        {
            return sequence.Children;
        }

        if (node is not YamlScalarNode || Text(node) is not null)
        {
            Mistake(node, $"{list} must be a list, one '- ' per line");
        }

        return [];
    }

    /// <summary>The text of a plain or quoted value; <see langword="null"/> for none.</summary>
    private string? Text(YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
        {
            Mistake(node, "a list or a mapping stands where a text belongs");
            return null;
        }

        return scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null" or "Null" or "NULL" ? null : scalar.Value;
    }

    private void Mistake(YamlNode node, string what) => _mistakes.Add($"{_path}, line {node.Start.Line}: {what}.");

    /// <summary>Refuses nesting that no such file has, before the library's recursion meets it.</summary>
    private sealed class ShallowParser(Parser parser) : IParser
    {
        private const int MaxDepth = 16;

        private int _depth;

        public YamlDotNet.Core.Events.ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            if (!parser.MoveNext())
            {
                return false;
            }

            _depth += Current!.NestingIncrease;
            return _depth <= MaxDepth ? true : throw new YamlException(Current.Start, Current.End, "too deep");
        }
    }
}
