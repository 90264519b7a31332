using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.Node;

/// <summary>What probes and hooks do: <c>httpGet</c>, <c>tcpSocket</c>, <c>exec</c>.</summary>
/// <param name="container">For ports by name.</param>
/// <param name="address">The pod's address.</param>
/// <param name="command">Turns a command of the container into one of this machine.</param>
/// <param name="environment">For commands.</param>
internal sealed class ContainerActions(
    JsonNode container, IPAddress address, Func<IEnumerable<string>, IReadOnlyList<string>> command, IReadOnlyDictionary<string, string> environment)
{
    // Unlike the kubelet, certificates are looked at: a probe over https needs one that this machine trusts.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    /// <summary>Does it.</summary>
    /// <returns><see langword="null"/> when it went well, else why not.</returns>
    public async Task<string?> RunAsync(JsonNode action, CancellationToken cancellationToken)
    {
        try
        {
            return action["httpGet"] is { } get ? await GetAsync(get, cancellationToken)
                : action["tcpSocket"] is { } socket ? await ConnectAsync(socket, cancellationToken)
                : action["exec"] is { } exec ? await ExecuteAsync(exec, cancellationToken)
                : "it has no action that this node knows (httpGet, tcpSocket, exec)";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or Win32Exception or UriFormatException)
        {
            return e.Message;
        }
    }

    private async Task<string?> GetAsync(JsonNode get, CancellationToken cancellationToken)
    {
        var scheme = get["scheme"]?.ToString().ToLowerInvariant() ?? "http";
        var path = get["path"]?.ToString() ?? "/";
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{scheme}://{get["host"]?.ToString() ?? address.ToString()}:{Port(get["port"])}/{path.TrimStart('/')}");
        foreach (var header in get["httpHeaders"] as JsonArray ?? [])
        {
            request.Headers.TryAddWithoutValidation(header!["name"]!.ToString(), header["value"]?.ToString());
        }

        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode is >= 200 and < 400 ? null : $"HTTP status {(int)response.StatusCode}";
    }

    private async Task<string?> ConnectAsync(JsonNode action, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(address, Port(action["port"])), cancellationToken);
        return null;
    }

    private async Task<string?> ExecuteAsync(JsonNode exec, CancellationToken cancellationToken)
    {
        var words = command((exec["command"] as JsonArray ?? []).Select(word => word!.ToString()));
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            // Both are read, so that a program that prints much does not stand still.
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}: {error.Trim()}";
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private int Port(JsonNode? port) => PortOf(container, port);

    /// <summary>A port by number or by its name in a container.</summary>
    public static int PortOf(JsonNode container, JsonNode? port) =>
        int.TryParse(port?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : (container["ports"] as JsonArray)?.FirstOrDefault(item => item?["name"]?.ToString() == port?.ToString())?["containerPort"]?.GetValue<int>() ?? 0;
}
