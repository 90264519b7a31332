using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>A label or field selector in its text form: <c>a=b,c!=d,e in (f,g),h,!i</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<Func<string, string?>, bool>> _terms = [];

    private LabelSelector()
    {
    }

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new();

    /// <summary>Parses a selector.</summary>
    /// <exception cref="ApiException">The text is not a selector.</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var selector = new LabelSelector();
        foreach (var term in Terms(text))
        {
            selector._terms.Add(Term(term));
        }

        return selector;
    }

    /// <summary>The selector of <c>spec.selector</c>: <c>matchLabels</c>, <c>matchExpressions</c> or, for Services, a plain map.</summary>
    public static LabelSelector FromJson(JsonNode? node)
    {
        var selector = new LabelSelector();
        foreach (var (name, value) in node?["matchLabels"] as JsonObject ?? (node?["matchExpressions"] is null ? node as JsonObject : null) ?? [])
        {
            var wanted = value?.ToString();
            selector._terms.Add(labels => labels(name) == wanted);
        }

        foreach (var expression in node?["matchExpressions"] as JsonArray ?? [])
        {
            var key = expression!["key"]!.ToString();
            var values = (expression["values"] as JsonArray)?.Select(value => value!.ToString()).ToHashSet() ?? [];
            selector._terms.Add(expression["operator"]!.ToString() switch
            {
                "In" => labels => labels(key) is { } value && values.Contains(value),
                "NotIn" => labels => labels(key) is not { } value || !values.Contains(value),
                "Exists" => labels => labels(key) is not null,
                _ => labels => labels(key) is null,
            });
        }

        return selector;
    }

    /// <summary>True when the object's labels match.</summary>
    public bool MatchesLabels(JsonObject item)
    {
        var labels = item["metadata"]?["labels"] as JsonObject;
        return Matches(name => labels?[name]?.ToString());
    }

    /// <summary>True when the object's fields match, such as <c>metadata.name</c> or <c>spec.nodeName</c>.</summary>
    public bool MatchesFields(JsonObject item) => Matches(path => JsonPaths.Find(item, "." + path)?.ToString() ?? "");

    private bool Matches(Func<string, string?> values)
    {
        foreach (var term in _terms)
        {
            if (!term(values))
            {
                return false;
            }
        }

        return true;
    }

    private static Func<Func<string, string?>, bool> Term(string term)
    {
        if (term.IndexOf(" in ", StringComparison.Ordinal) is var @in and > 0)
        {
            return OneOf(term[..@in], term[(@in + 4)..], expected: true);
        }

        if (term.IndexOf(" notin ", StringComparison.Ordinal) is var notIn and > 0)
        {
            return OneOf(term[..notIn], term[(notIn + 7)..], expected: false);
        }

        if (term.Split("!=", 2) is [var differs, var other])
        {
            return labels => labels(differs.Trim()) != other.Trim();
        }

        if (term.Split('=', 2) is [var name, var value])
        {
            var wanted = value.TrimStart('=').Trim();
            return labels => labels(name.Trim()) == wanted;
        }

        return term[0] == '!' ? labels => labels(term[1..]) is null : labels => labels(term) is not null;
    }

    private static Func<Func<string, string?>, bool> OneOf(string name, string list, bool expected)
    {
        var values = list.Trim().TrimStart('(').TrimEnd(')').Split(',', StringSplitOptions.TrimEntries).ToHashSet();
        return labels => (labels(name.Trim()) is { } value && values.Contains(value)) == expected;
    }

    private static IEnumerable<string> Terms(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var end = i == text.Length || (text[i] == ',' && depth == 0);
            if (end)
            {
                var term = text[start..i].Trim();
                if (term.Length == 0)
                {
                    throw ApiException.BadRequest($"unable to parse requirement in selector \"{text}\": a term is empty");
                }

                yield return term;
                start = i + 1;
            }
            else if (text[i] is '(' or ')')
            {
                depth += text[i] == '(' ? 1 : -1;
            }
        }
    }
}
