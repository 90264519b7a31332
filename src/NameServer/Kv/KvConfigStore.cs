using System.Collections.Immutable;
using Rocketeer.Hosting;
using Table = System.Collections.Immutable.ImmutableSortedDictionary<string, System.Collections.Immutable.ImmutableSortedDictionary<string, string>>;

namespace Rocketeer.NameServer.Kv;

/// <summary>
/// Namespace, key, value: the only thing that the name server keeps over a restart (reference: namesrv-and-client.md A10). Readers see
/// an immutable snapshot; writers take turns, and what they change is on disk before anybody sees it. Thread-safe.
/// </summary>
internal sealed class KvConfigStore
{
    /// <summary>The namespace whose entries say how many queues an ordered topic has on which broker.</summary>
    public const string OrderTopicNamespace = "ORDER_TOPIC_CONFIG";

    /// <summary>Longest namespace or key, in characters.</summary>
    public const int MaxNameLength = 1024;

    /// <summary>All names and values together, in characters; the file is rewritten with every change, so it has to stay small.</summary>
    public const int MaxTotalLength = 4 * 1024 * 1024;

    private readonly Lock _writing = new();
    private readonly string _path;
    private volatile Table _table;

    private KvConfigStore(string path, Table table)
    {
        _path = path;
        _table = table;
    }

    /// <summary>Loads the file; a missing one is an empty table.</summary>
    /// <exception cref="InvalidDataException">Neither the file nor its backup can be understood.</exception>
    public static KvConfigStore Open(string path, out bool fromBackup)
    {
        var content = AtomicFile.Read(path, KvConfigFile.Parse);
        fromBackup = content.FromBackup;
        return new KvConfigStore(path, content.Value ?? KvConfigFile.EmptyTable);
    }

    /// <summary>The value; <see langword="null"/> when the namespace or the key is unknown.</summary>
    public string? Find(string space, string key) => FindNamespace(space)?.GetValueOrDefault(key);

    /// <summary>All of a namespace; <see langword="null"/> when it was never created. One whose keys were deleted is empty.</summary>
    public ImmutableSortedDictionary<string, string>? FindNamespace(string space) => _table.GetValueOrDefault(space);

    /// <summary>Sets a value and stores it.</summary>
    /// <returns><see langword="null"/>, or one sentence that says why nothing was changed.</returns>
    /// <exception cref="IOException">The file could not be written; nothing was changed.</exception>
    public string? Put(string space, string key, string value)
    {
        if (space.Length is 0 or > MaxNameLength || key.Length is 0 or > MaxNameLength)
        {
            return $"A namespace or key of the KV configuration has 1 to {MaxNameLength} characters.";
        }

        lock (_writing)
        {
            var entries = _table.GetValueOrDefault(space, KvConfigFile.EmptyNamespace);
            var grows = space.Length + key.Length + value.Length - (entries.GetValueOrDefault(key)?.Length ?? 0);
            if (TotalLength() + grows > MaxTotalLength)
            {
                return $"The KV configuration would become longer than {MaxTotalLength} characters; delete entries first.";
            }

            Store(_table.SetItem(space, entries.SetItem(key, value)));
            return null;
        }
    }

    /// <summary>Deletes a value, if it is there, and stores the table. An empty namespace stays, as in the original.</summary>
    /// <exception cref="IOException">The file could not be written; nothing was changed.</exception>
    public void Delete(string space, string key)
    {
        lock (_writing)
        {
            if (_table.TryGetValue(space, out var entries) && entries.ContainsKey(key))
            {
                Store(_table.SetItem(space, entries.Remove(key)));
            }
        }
    }

    private void Store(Table table)
    {
        AtomicFile.Write(_path, KvConfigFile.Format(table));
        _table = table;
    }

    private long TotalLength() =>
        _table.Sum(space => space.Key.Length + space.Value.Sum(entry => (long)entry.Key.Length + entry.Value.Length));
}
