using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Queueing;

namespace Rocketeer.Operator.Runtime.Watching;

/// <summary>
/// Keeps the objects of a kind in memory: lists them, follows the watch, resumes it from the last bookmark, lists again when the server has
/// forgotten (410), and reports what a new list shows to be gone. Objects must not be changed by readers. Thread-safe.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class Informer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly KubeApi _api;
    private readonly string? _namespace;
    private readonly string? _labelSelector;
    private readonly string? _indexLabel;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BackOff _backOff = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceKey, T> _items = [];
    private readonly Dictionary<(string Namespace, string Value), HashSet<ResourceKey>> _index = [];
    private ulong _passed; // the last version that the watch has shown; 0 while unknown
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates an informer; nothing is asked yet.</summary>
    /// <param name="api">The API.</param>
    /// <param name="namespace">The namespace; <see langword="null"/> for all.</param>
    /// <param name="labelSelector">Which objects; <see langword="null"/> for all.</param>
    /// <param name="indexLabel">Label that <see cref="ByLabel"/> looks up; <see langword="null"/> for none.</param>
    /// <param name="clock">For back-off.</param>
    /// <param name="logger">Told of failures.</param>
    public Informer(KubeApi api, string? @namespace, string? labelSelector, string? indexLabel, TimeProvider clock, ILogger logger)
    {
        _api = api;
        _namespace = @namespace;
        _labelSelector = labelSelector;
        _indexLabel = indexLabel;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>An object came, changed or went; raised after the change can be read here, on the informer's thread.</summary>
    public event Action<T, WatchEventType>? Changed;

    /// <summary>Done when the first list is in.</summary>
    public Task Synced => _synced.Task;

    /// <summary>When the server last said anything; a loop that hangs is seen by it.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    /// <summary>An object, or <see langword="null"/>.</summary>
    public T? Find(ResourceKey key)
    {
        lock (_lock)
        {
            return _items.GetValueOrDefault(key);
        }
    }

    /// <summary>All objects.</summary>
    public IReadOnlyList<T> All()
    {
        lock (_lock)
        {
            return [.. _items.Values];
        }
    }

    /// <summary>The objects of a namespace whose index label has a value.</summary>
    public IReadOnlyList<T> ByLabel(string @namespace, string value)
    {
        lock (_lock)
        {
            return _index.TryGetValue((@namespace, value), out var keys) ? [.. keys.Select(key => _items[key])] : [];
        }
    }

    /// <summary>Takes in what a write answered, so that the next pass does not act on older news.</summary>
    public void Note(T item)
    {
        lock (_lock)
        {
            // What the watch has passed is in the table, or is gone.
            var known = _items.GetValueOrDefault(ResourceKey.Of(item));
            if (known is null ? VersionOf(item.ResourceVersion()) > _passed : !IsOlder(item, known))
            {
                Put(item);
            }
        }
    }

    /// <summary>Lists and watches until it is cancelled. Failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var version = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (version.Length == 0)
                {
                    version = await ListAsync(cancellationToken);
                }

                await foreach (var change in _api.WatchAsync<T>(_namespace, _labelSelector, version, cancellationToken))
                {
                    LastHeard = _clock.GetUtcNow();
                    version = change.Version;
                    Passed(version);
                    _backOff.Reset();
                    if (change.Item is { } item)
                    {
                        Take(item, change.Type);
                    }
                }
            }
            catch (KubeApiException e) when (e.IsGone)
            {
                version = "";
            }
            catch (KubeApiException e)
            {
                var wait = _backOff.Next(e, Random.Shared);
                _logger.WatchFailed(e, KubeKind.Of(typeof(T)).QualifiedName, wait);
                await Task.Delay(wait, _clock, cancellationToken);
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var (items, version) = await _api.ListAsync<T>(_namespace, _labelSelector, cancellationToken);
        LastHeard = _clock.GetUtcNow();
        var listed = items.Select(item => ResourceKey.Of(item)).ToHashSet();
        foreach (var gone in All().Where(item => !listed.Contains(ResourceKey.Of(item))))
        {
            Take(gone, WatchEventType.Deleted);
        }

        foreach (var item in items)
        {
            var known = Find(ResourceKey.Of(item));
            if (known?.ResourceVersion() != item.ResourceVersion())
            {
                Take(item, known is null ? WatchEventType.Added : WatchEventType.Modified);
            }
        }

        Passed(version);
        _synced.TrySetResult();
        return version;
    }

    private void Passed(string version)
    {
        lock (_lock)
        {
            _passed = ulong.TryParse(version, out var number) ? number : 0;
        }
    }

    private void Take(T item, WatchEventType type)
    {
        lock (_lock)
        {
            if (type == WatchEventType.Deleted)
            {
                Remove(ResourceKey.Of(item));
            }
            else
            {
                Put(item);
            }
        }

        Changed?.Invoke(item, type);
    }

    private void Put(T item)
    {
        var key = ResourceKey.Of(item);
        Remove(key);
        _items[key] = item;
        if (_indexLabel is not null && item.GetLabel(_indexLabel) is { } value)
        {
            if (!_index.TryGetValue((key.Namespace, value), out var keys))
            {
                _index[(key.Namespace, value)] = keys = [];
            }

            keys.Add(key);
        }
    }

    private void Remove(ResourceKey key)
    {
        if (_items.Remove(key, out var item) && _indexLabel is not null && item.GetLabel(_indexLabel) is { } value
            && _index.TryGetValue((key.Namespace, value), out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _index.Remove((key.Namespace, value));
        }
    }

    // Versions are opaque to the contract but numbers in every server there is; when they are not, the newer write is taken.
    private static bool IsOlder(T item, T known) =>
        item.Uid() == known.Uid() && VersionOf(item.ResourceVersion()) < VersionOf(known.ResourceVersion());

    private static ulong VersionOf(string? version) => ulong.TryParse(version, out var number) ? number : ulong.MaxValue;
}
