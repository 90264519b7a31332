using k8s.Models;

namespace Rocketeer.Operator.Entities;

/// <summary>Conditions of a status as a pass changes them: the time of the last transition moves only when a condition flips.</summary>
/// <param name="before">As they were.</param>
/// <param name="generation">Generation of the spec that this pass sees.</param>
/// <param name="now">Time of this pass.</param>
internal sealed class ConditionSet(IList<V1Condition>? before, long? generation, DateTimeOffset now)
{
    /// <summary>Longest message that the API takes.</summary>
    private const int MaxMessage = 32768;

    private readonly List<V1Condition> _conditions = [.. before ?? []];

    /// <summary>The conditions; <see langword="null"/> for none.</summary>
    public IList<V1Condition>? ToList() => _conditions.Count == 0 ? null : [.. _conditions];

    /// <summary>A condition by its type, or <see langword="null"/>.</summary>
    public V1Condition? Find(string type) => _conditions.Find(condition => condition.Type == type);

    /// <summary>True when a condition is there and true.</summary>
    public bool IsTrue(string type) => Find(type)?.Status == "True";

    /// <summary>Sets a condition.</summary>
    /// <param name="type">Which one.</param>
    /// <param name="status">Whether it holds; <see langword="null"/> for unknown.</param>
    /// <param name="reason">One word in CamelCase.</param>
    /// <param name="message">One sentence for people.</param>
    public void Set(string type, bool? status, string reason, string message)
    {
        var word = status switch { true => "True", false => "False", null => "Unknown" };
        var known = Find(type);
        var changed = new V1Condition
        {
            Type = type,
            Status = word,
            Reason = reason,
            Message = message.Length > MaxMessage ? message[..MaxMessage] : message,
            ObservedGeneration = generation,
            LastTransitionTime = known?.Status == word ? known.LastTransitionTime : now.UtcDateTime,
        };
        if (known is null)
        {
            _conditions.Add(changed);
        }
        else
        {
            _conditions[_conditions.IndexOf(known)] = changed;
        }
    }

    /// <summary>Takes a condition away.</summary>
    public void Remove(string type) => _conditions.RemoveAll(condition => condition.Type == type);
}
