using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>
/// The objects, in memory, with one version counter and a log of changes for watches. An object that is in the store is never changed in
/// place: who wants to change one takes a clone. Thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    /// <summary>Changes that are remembered; a watch that asks for older ones must list again.</summary>
    public const int LogCapacity = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<ObjectKey, JsonObject>> _objects = [];
    private readonly Queue<ObjectChange> _log = new();
    private readonly List<Subscription> _subscriptions = [];
    private long _version = 1;
    private long _forgotten = 1;

    /// <summary>Version of the last change.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>An object, or <see langword="null"/>.</summary>
    public JsonObject? Find(ResourceType type, ObjectKey key)
    {
        lock (_lock)
        {
            return Objects(type).GetValueOrDefault(key);
        }
    }

    /// <summary>The objects of a kind, in one namespace or in all, and the version at which that was true.</summary>
    public (List<JsonObject> Items, long Version) List(ResourceType type, string? @namespace)
    {
        lock (_lock)
        {
            var items = new List<JsonObject>();
            foreach (var (key, item) in Objects(type))
            {
                if (@namespace is null || key.Namespace == @namespace)
                {
                    items.Add(item);
                }
            }

            return (items, _version);
        }
    }

    /// <summary>
    /// Changes one object in one step. The function sees what is there (<see langword="null"/>: nothing) and returns what shall be there
    /// (<see langword="null"/>: nothing), or the same instance to leave it; it may throw, and then nothing has happened.
    /// </summary>
    /// <returns>What is there now; after a removal what was removed, with the version of the removal.</returns>
    public JsonObject? Change(ResourceType type, ObjectKey key, Func<JsonObject?, JsonObject?> change)
    {
        lock (_lock)
        {
            var objects = Objects(type);
            var before = objects.GetValueOrDefault(key);
            var after = change(before);
            if (ReferenceEquals(before, after))
            {
                return before;
            }

            var version = ++_version;
            var stored = (after ?? before!.DeepClone().AsObject());
            stored["metadata"]!["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (after is null)
            {
                objects.Remove(key);
            }
            else
            {
                objects[key] = stored;
            }

            Publish(new ObjectChange(type.QualifiedName, key, version, before, after is null ? null : stored, stored));
            return stored;
        }
    }

    /// <summary>The changes of a kind after a version.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="after">The version that the watcher has seen.</param>
    /// <exception cref="ApiException">The log no longer reaches back so far.</exception>
    public Subscription Subscribe(ResourceType type, long after)
    {
        lock (_lock)
        {
            if (after < _forgotten)
            {
                throw ApiException.Expired(after, _forgotten);
            }

            var subscription = new Subscription(this, type.QualifiedName);
            foreach (var change in _log)
            {
                if (change.Version > after)
                {
                    subscription.Offer(change);
                }
            }

            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Forgets the log, so that every watch must list again. For tests of clients.</summary>
    public void ForgetLog()
    {
        lock (_lock)
        {
            _log.Clear();
            _forgotten = _version + 1;
            _version++;
            foreach (var subscription in _subscriptions.ToArray())
            {
                subscription.Expire();
            }
        }
    }

    private void Publish(ObjectChange change)
    {
        _log.Enqueue(change);
        if (_log.Count > LogCapacity)
        {
            _forgotten = _log.Dequeue().Version;
        }

        foreach (var subscription in _subscriptions)
        {
            subscription.Offer(change);
        }
    }

    private SortedDictionary<ObjectKey, JsonObject> Objects(ResourceType type)
    {
        if (!_objects.TryGetValue(type.QualifiedName, out var objects))
        {
            _objects[type.QualifiedName] = objects = [];
        }

        return objects;
    }

    /// <summary>A watch's view of the changes.</summary>
    internal sealed class Subscription(ObjectStore store, string type) : IDisposable
    {
        private const int Backlog = 8 * 1024; // a watcher that is further behind is cut off and lists again

        private readonly Channel<ObjectChange> _changes = Channel.CreateBounded<ObjectChange>(Backlog);

        /// <summary>The changes in order; ends when the watcher was too slow or the log was forgotten.</summary>
        public ChannelReader<ObjectChange> Changes => _changes.Reader;

        /// <summary>True when the watcher must list again.</summary>
        public bool IsExpired { get; private set; }

        internal void Offer(ObjectChange change)
        {
            if (change.Type == type && !_changes.Writer.TryWrite(change))
            {
                Expire();
            }
        }

        internal void Expire()
        {
            IsExpired = true;
            _changes.Writer.TryComplete();
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (store._lock)
            {
                store._subscriptions.Remove(this);
            }

            _changes.Writer.TryComplete();
        }
    }
}

/// <summary>Namespace and name; the namespace is empty for kinds without.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <inheritdoc/>
    public int CompareTo(ObjectKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>One change of one object.</summary>
/// <param name="Type">Qualified name of its kind.</param>
/// <param name="Key">Its name.</param>
/// <param name="Version">Version of the change.</param>
/// <param name="Before">What was there.</param>
/// <param name="After">What is there.</param>
/// <param name="Shown">What watches show: what is there, or what was removed with the version of its removal.</param>
internal sealed record ObjectChange(
    string Type, ObjectKey Key, long Version, JsonObject? Before, JsonObject? After, JsonObject Shown);
