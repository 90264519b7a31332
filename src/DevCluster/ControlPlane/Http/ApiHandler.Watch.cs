using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>Watches: a line for each change, bookmarks, an end after the time that was asked for.</summary>
internal sealed partial class ApiHandler
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(30);

    private async Task WatchAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var query = context.Request.Query;
        var watch = new Watch(context.Response, type, Scope(type, path), Selection.Of(query), Tables.IsWanted(context.Request.Headers.Accept), clock);
        var asked = long.TryParse(query["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
        using var subscription = Begin(type, path, asked, IsTrue(context, "sendInitialEvents"), out var initial, out version);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        ending.CancelAfter(int.TryParse(query["timeoutSeconds"], out var seconds) ? TimeSpan.FromSeconds(seconds) : LongestWatch);
        context.Response.ContentType = "application/json";
        try
        {
            // The head goes out at once: some clients cannot give up a watch before they have seen it.
            await context.Response.BodyWriter.FlushAsync(ending.Token);
            foreach (var item in initial)
            {
                await watch.InitialAsync(item, ending.Token);
            }

            var bookmarks = IsTrue(context, "allowWatchBookmarks");
            if (IsTrue(context, "sendInitialEvents") && bookmarks)
            {
                await watch.BookmarkAsync(version, endsInitialEvents: true, ending.Token);
            }

            await FollowAsync(subscription, watch, bookmarks, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return; // the client left, or the time is over: both are the usual end of a watch
        }
    }

    private async Task FollowAsync(ObjectStore.Subscription subscription, Watch watch, bool bookmarks, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BookmarkInterval, clock);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        while (true)
        {
            while (subscription.Changes.TryRead(out var change))
            {
                await watch.ChangeAsync(change, cancellationToken);
            }

            var more = subscription.Changes.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(more, tick);
            if (more.IsCompleted && !await more)
            {
                await watch.ExpiredAsync(cancellationToken);
                return;
            }

            if (tick.IsCompleted)
            {
                await tick;
                if (bookmarks)
                {
                    await watch.BookmarkAsync(watch.Seen, endsInitialEvents: false, cancellationToken);
                }

                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }
        }
    }

    // Version 0 or none means: what is there now, as ADDED, and then the changes.
    private ObjectStore.Subscription Begin(
        ResourceType type, ApiPath path, long asked, bool sendInitialEvents, out List<JsonObject> initial, out long version)
    {
        if (asked > 0 && !sendInitialEvents)
        {
            initial = [];
            version = asked;
            return api.Store.Subscribe(type, asked);
        }

        (initial, version) = api.Store.List(type, Scope(type, path));
        return api.Store.Subscribe(type, version);
    }

    private sealed class Watch(
        HttpResponse response, ResourceType type, string? @namespace, Selection selection, bool asTable, TimeProvider clock)
    {
        private bool _headsSent;

        public long Seen { get; private set; }

        public Task InitialAsync(JsonObject item, CancellationToken cancellationToken) =>
            selection.Includes(item) ? LineAsync("ADDED", item, cancellationToken) : Task.CompletedTask;

        // What leaves the selection is deleted to this watcher, what enters it is added.
        public Task ChangeAsync(ObjectChange change, CancellationToken cancellationToken)
        {
            Seen = change.Version;
            if (@namespace is not null && change.Key.Namespace != @namespace)
            {
                return Task.CompletedTask;
            }

            var was = change.Before is not null && selection.Includes(change.Before);
            var @is = change.After is not null && selection.Includes(change.After);
            return (was, @is) switch
            {
                (false, true) => LineAsync("ADDED", change.Shown, cancellationToken),
                (true, true) => LineAsync("MODIFIED", change.Shown, cancellationToken),
                (true, false) => LineAsync("DELETED", change.Shown, cancellationToken),
                _ => Task.CompletedTask,
            };
        }

        public Task BookmarkAsync(long version, bool endsInitialEvents, CancellationToken cancellationToken)
        {
            if (version == 0)
            {
                return Task.CompletedTask;
            }

            var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
            if (endsInitialEvents)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            return SendAsync("BOOKMARK", new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata }, cancellationToken);
        }

        public Task ExpiredAsync(CancellationToken cancellationToken) =>
            SendAsync("ERROR", ApiException.Expired(Seen, Seen).ToStatus(), cancellationToken);

        private Task LineAsync(string kind, JsonObject item, CancellationToken cancellationToken)
        {
            if (!asTable)
            {
                return SendAsync(kind, item, cancellationToken);
            }

            var table = Tables.Of(type, [item], item["metadata"]!["resourceVersion"]!.ToString(), clock.GetUtcNow(), withHeads: !_headsSent);
            _headsSent = true;
            return SendAsync(kind, table, cancellationToken);
        }

        private async Task SendAsync(string kind, JsonObject item, CancellationToken cancellationToken)
        {
            await using (var writer = new Utf8JsonWriter(response.BodyWriter))
            {
                writer.WriteStartObject();
                writer.WriteString("type", kind);
                writer.WritePropertyName("object");
                item.WriteTo(writer);
                writer.WriteEndObject();
            }

            response.BodyWriter.Write("\n"u8);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
