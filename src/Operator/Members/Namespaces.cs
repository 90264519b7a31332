using System.Collections.Concurrent;
using k8s.Models;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Api;

namespace Rocketeer.Operator.Members;

/// <summary>
/// What namespaces say of themselves, asked one by one and kept for half a minute, so that an operator that may not watch all namespaces
/// can do without. Thread-safe.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="clock">For the age of answers.</param>
internal sealed class Namespaces(KubeApi api, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (V1Namespace? Namespace, DateTimeOffset ReadAt)> _known = new();

    /// <summary>A namespace; <see langword="null"/> when there is none or the operator may not read it.</summary>
    public async Task<V1Namespace?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(name, out var known) && now - known.ReadAt < MaxAge)
        {
            return known.Namespace;
        }

        V1Namespace? found;
        try
        {
            found = await api.FindAsync<V1Namespace>(null, name, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            found = null;
        }

        _known[name] = (found, now);
        return found;
    }

    /// <summary>True when a namespace is being deleted with everything in it.</summary>
    public async Task<bool> IsTerminatingAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } found && (found.Metadata.DeletionTimestamp is not null || found.Status?.Phase == "Terminating");

    /// <summary>True when a cluster lets a namespace name it.</summary>
    public async Task<bool> IsAllowedAsync(RocketCluster cluster, string @namespace, CancellationToken cancellationToken)
    {
        var allowed = cluster.Spec.Topics.AllowedNamespaces;
        return @namespace == cluster.Namespace() || allowed.From switch
        {
            NamespacesFrom.All => true,
            NamespacesFrom.List => allowed.Names.Contains(@namespace),
            NamespacesFrom.Selector => Matches(allowed.Selector, (await FindAsync(@namespace, cancellationToken))?.Metadata.Labels),
            _ => false,
        };
    }

    /// <summary>Whether labels fulfil a selector; without a selector none do.</summary>
    internal static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels)
    {
        if (selector is null || labels is null)
        {
            return false;
        }

        return (selector.MatchLabels ?? new Dictionary<string, string>()).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value)
            && (selector.MatchExpressions ?? []).All(rule => rule.OperatorProperty switch
            {
                "In" => labels.TryGetValue(rule.Key, out var value) && rule.Values.Contains(value),
                "NotIn" => !labels.TryGetValue(rule.Key, out var value) || !rule.Values.Contains(value),
                "Exists" => labels.ContainsKey(rule.Key),
                "DoesNotExist" => !labels.ContainsKey(rule.Key),
                _ => false,
            });
    }
}
