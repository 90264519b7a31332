using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Rocketeer.Operator.Runtime.Api;

/// <summary>Watches, which KubernetesClient ends in silence on an error (operator reference, 5.2, traps 1 and 2).</summary>
internal sealed partial class KubeApi
{
    /// <summary>How long the server is asked to keep a watch open.</summary>
    private const int WatchSeconds = 300;

    /// <summary>The changes after a version; ends when the server closes the watch.</summary>
    /// <param name="namespace">The namespace; <see langword="null"/> for all.</param>
    /// <param name="labelSelector">Which objects; <see langword="null"/> for all.</param>
    /// <param name="version">Version of a list or of the last change.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubeApiException">The watch was refused or broke; <see cref="KubeApiException.IsGone"/>: list again.</exception>
    public async IAsyncEnumerable<KubeEvent<T>> WatchAsync<T>(
        string? @namespace, string? labelSelector, string version, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = KubeKind.Of(typeof(T));
        var path = kind.Path(@namespace) + Query(
            ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version), ("labelSelector", labelSelector),
            ("timeoutSeconds", WatchSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        using var request = await RequestAsync(HttpMethod.Get, path, null, null, cancellationToken);
        using var response = await ResponseAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await LineAsync(reader, Show(request), cancellationToken) is { } line)
        {
            yield return Parse<T>(line, Show(request));
        }
    }

    private static async Task<string?> LineAsync(StreamReader reader, string request, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new KubeApiException(request, 0, "Cut", "the watch broke: " + e.Message, inner: e);
        }
    }

    private static KubeEvent<T> Parse<T>(string line, string request)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        JsonNode? change;
        try
        {
            change = JsonNode.Parse(line);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new KubeApiException(request, 0, "Unreadable", "the watch sent half a line: " + e.Message, inner: e);
        }

        var item = change?["object"] as JsonObject ?? throw new KubeApiException(request, 0, "Unreadable", "the watch sent an event without an object");
        var type = change!["type"]?.ToString();
        if (type == "ERROR")
        {
            var code = item["code"]?.GetValue<int>() ?? 0;
            throw new KubeApiException(request, (HttpStatusCode)code, item["reason"]?.ToString() ?? "", item["message"]?.ToString() ?? "");
        }

        return new KubeEvent<T>(
            type switch
            {
                "ADDED" => WatchEventType.Added,
                "DELETED" => WatchEventType.Deleted,
                "BOOKMARK" => WatchEventType.Bookmark,
                _ => WatchEventType.Modified,
            },
            item["metadata"]?["resourceVersion"]?.ToString() ?? "",
            type == "BOOKMARK" ? null : KubernetesJson.Deserialize<T>(item.ToJsonString()));
    }
}

/// <summary>One line of a watch.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Version">Where a new watch would go on.</param>
/// <param name="Item">The object; <see langword="null"/> for a bookmark.</param>
internal readonly record struct KubeEvent<T>(WatchEventType Type, string Version, T? Item);
