using System.Threading.Channels;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Rocketeer.Operator.Abstractions;
using Rocketeer.Operator.Entities;
using Rocketeer.Operator.Runtime.Api;
using Rocketeer.Operator.Runtime.Queueing;
using Rocketeer.Operator.Runtime.Watching;

namespace Rocketeer.Operator.Runtime.Controllers;

/// <summary>
/// Runs one controller: a key comes into the queue when its entity changes, when a child of it does, when a pass asks for it or fails; one
/// pass at a time per key, several keys at once; finalizers are attached before the first pass and run when the entity is to go.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
internal sealed class ControllerHost<TEntity> : IDisposable
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly KubeApi _api;
    private readonly Informer<TEntity> _informer;
    private readonly IEntityController<TEntity> _controller;
    private readonly IReadOnlyList<IEntityFinalizer<TEntity>> _finalizers;
    private readonly OperatorInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly WorkQueue _queue;
    private readonly Dictionary<ResourceKey, BackOff> _backOffs = [];
    private readonly Dictionary<ResourceKey, string> _lastSeen = [];
    private readonly string _kind = KubeKind.Of(typeof(TEntity)).Kind;

    /// <summary>Creates a host; nothing runs yet.</summary>
    public ControllerHost(
        KubeApi api,
        Informer<TEntity> informer,
        IEntityController<TEntity> controller,
        IReadOnlyList<IEntityFinalizer<TEntity>> finalizers,
        OperatorInstruments instruments,
        TimeProvider clock,
        ILogger logger)
    {
        _api = api;
        _informer = informer;
        _controller = controller;
        _finalizers = finalizers;
        _instruments = instruments;
        _clock = clock;
        _logger = logger;
        _queue = new WorkQueue(clock);
        _informer.Changed += OnChanged;
        instruments.Observe(_kind, () => _queue.Depth);
    }

    /// <summary>Puts an entity into the queue.</summary>
    public void Enqueue(ResourceKey key, TimeSpan delay = default) => _queue.Add(key, delay);

    /// <summary>Works until it is cancelled.</summary>
    /// <param name="workers">Passes at once.</param>
    /// <param name="cancellationToken">Ends; passes in work are cancelled.</param>
    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        await _informer.Synced.WaitAsync(cancellationToken);
        foreach (var entity in _informer.All())
        {
            _queue.Add(ResourceKey.Of(entity));
        }

        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _informer.Changed -= OnChanged;
        _queue.Dispose();
    }

    // Our own writes of the status come back as changes; they are no reason for a pass.
    private void OnChanged(TEntity entity, WatchEventType type)
    {
        var key = ResourceKey.Of(entity);
        var told = type == WatchEventType.Deleted ? "" : Told(entity);
        lock (_lastSeen)
        {
            if (type != WatchEventType.Deleted && _lastSeen.GetValueOrDefault(key) == told)
            {
                return;
            }

            _lastSeen[key] = told;
        }

        _queue.Add(key);
    }

    private static string Told(TEntity entity)
    {
        var metadata = entity.Metadata;
        return string.Join('\n', [
            metadata.Uid,
            metadata.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            metadata.DeletionTimestamp?.ToString("O"),
            .. metadata.Finalizers ?? [],
            .. (metadata.Annotations ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
            .. (metadata.Labels ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
        ]);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            ResourceKey key;
            try
            {
                key = await _queue.TakeAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                return;
            }

            try
            {
                await PassAsync(key, cancellationToken);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task PassAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        ReconciliationResult<TEntity>? result = null;
        Exception? failure = null;
        try
        {
            var entity = _informer.Find(key);
            result = entity is null ? await GoneAsync(key, cancellationToken) : await OneAsync(entity, cancellationToken);
            failure = result is { IsSuccess: false } ? result.Error ?? new InvalidOperationException(result.ErrorMessage) : null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) // whatever one entity brings about must not keep the others from their passes
        {
            failure = e;
        }

        _instruments.Passed(_kind, _clock.GetElapsedTime(started), failure is null);
        After(key, result, failure);
    }

    private void After(ResourceKey key, ReconciliationResult<TEntity>? result, Exception? failure)
    {
        if (failure is null)
        {
            BackOffOf(key).Reset();
            if (result?.RequeueAfter is { } later)
            {
                _queue.Add(key, later);
            }

            return;
        }

        var backOff = BackOffOf(key);
        var wait = result?.RequeueAfter ?? backOff.Next(failure, Random.Shared);
        if (failure is KubeApiException { IsConflict: true })
        {
            _logger.PassConflict(_kind, key, failure.Message);
        }
        else
        {
            _logger.PassFailed(failure, _kind, key, backOff.Failures, wait);
        }

        _queue.Add(key, wait);
    }

    private async Task<ReconciliationResult<TEntity>?> GoneAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        _queue.Forget(key);
        lock (_lastSeen)
        {
            _lastSeen.Remove(key);
            _backOffs.Remove(key);
        }

        var gone = Activator.CreateInstance<TEntity>();
        gone.Metadata = new V1ObjectMeta { Name = key.Name, NamespaceProperty = key.Namespace };
        await _controller.DeletedAsync(gone, cancellationToken);
        return null;
    }

    private async Task<ReconciliationResult<TEntity>> OneAsync(TEntity cached, CancellationToken cancellationToken)
    {
        var entity = Clone(cached);
        if (entity.Metadata.DeletionTimestamp is null)
        {
            return await _controller.ReconcileAsync(entity, cancellationToken);
        }

        var finalizer = _finalizers.FirstOrDefault(finalizer => entity.HasFinalizer(IdentifierOf(finalizer.GetType())));
        if (finalizer is null)
        {
            return ReconciliationResult<TEntity>.Success(entity);
        }

        var result = await finalizer.FinalizeAsync(entity, cancellationToken);
        if (result is { IsSuccess: true, RequeueAfter: null })
        {
            await DetachAsync(entity, finalizer.GetType(), cancellationToken);
        }

        return result;
    }

    /// <summary>Attaches the finalizers; a controller calls it before its first write outside.</summary>
    public async Task<TEntity> AttachFinalizersAsync(TEntity entity, CancellationToken cancellationToken)
    {
        var missing = _finalizers.Select(finalizer => IdentifierOf(finalizer.GetType())).Where(name => !entity.HasFinalizer(name)).ToArray();
        return missing.Length == 0
            ? entity
            : await SetFinalizersAsync(entity, [.. entity.Metadata.Finalizers ?? [], .. missing], cancellationToken);
    }

    /// <summary>Takes a finalizer off an entity.</summary>
    public Task<TEntity> DetachAsync(TEntity entity, Type finalizer, CancellationToken cancellationToken) =>
        entity.HasFinalizer(IdentifierOf(finalizer))
            ? SetFinalizersAsync(entity, [.. entity.Metadata.Finalizers.Where(name => name != IdentifierOf(finalizer))], cancellationToken)
            : Task.FromResult(entity);

    // With the version, so that a finalizer that somebody else adds meanwhile is not lost.
    private async Task<TEntity> SetFinalizersAsync(TEntity entity, string[] finalizers, CancellationToken cancellationToken)
    {
        var patch = new System.Text.Json.Nodes.JsonObject
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject
            {
                ["resourceVersion"] = entity.ResourceVersion(),
                ["finalizers"] = new System.Text.Json.Nodes.JsonArray([.. finalizers]),
            },
        };
        var written = await _api.PatchAsync<TEntity>(entity.Namespace(), entity.Name(), patch, null, cancellationToken);
        if (written.Metadata.DeletionTimestamp is null)
        {
            _informer.Note(written);
        }

        return written;
    }

    /// <summary>The identifier of a finalizer, by KubeOps's rule.</summary>
    public static string IdentifierOf(Type finalizer)
    {
        var name = finalizer.Name.ToLowerInvariant();
        name = $"{ApiGroup.Name}/{(name.EndsWith("finalizer", StringComparison.Ordinal) ? name : name + "finalizer")}";
        return name.Length > 63 ? name[..63] : name;
    }

    private BackOff BackOffOf(ResourceKey key)
    {
        lock (_lastSeen)
        {
            if (!_backOffs.TryGetValue(key, out var backOff))
            {
                _backOffs[key] = backOff = new BackOff();
            }

            return backOff;
        }
    }

    private static TEntity Clone(TEntity entity) => KubernetesJson.Deserialize<TEntity>(KubernetesJson.Serialize(entity));
}
