using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Hosting.Probes;

/// <summary>
/// Answers <c>GET /healthz</c>, <c>/readyz</c> and <c>/metrics</c>. Three fixed pages for a kubelet and a scraper do not need a web
/// server's memory; requests and connections are bounded, every connection serves one request.
/// </summary>
/// <param name="endPoint">Where to listen; port 0 takes a free one.</param>
/// <param name="health">Answers the probes.</param>
/// <param name="metrics">Answers the scraper.</param>
/// <param name="clock">Bounds the time a peer may take.</param>
/// <param name="logger">Receives failures.</param>
public sealed class ProbeServer(
    IPEndPoint endPoint, ServerHealth health, MetricsExporter metrics, TimeProvider clock, ILogger<ProbeServer> logger)
    : IHostedService, IDisposable
{
    private const int MaxRequestBytes = 8 * 1024;
    private const int MaxConnections = 32;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(endPoint);
    private readonly SemaphoreSlim _permits = new(MaxConnections);
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens; known after <see cref="StartAsync"/>.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Binds the port.</summary>
    /// <exception cref="IOException">The port is taken or the address is not ours.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"The metrics port {endPoint} cannot be opened: {e.Message.TrimEnd('.')}.", e);
        }

        logger.ProbesListening(EndPoint);
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    /// <summary>Stops listening; a request in work has its socket closed.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _permits.WaitAsync(_stopping.Token).ConfigureAwait(false);
                var peer = await _listener.AcceptSocketAsync(_stopping.Token).ConfigureAwait(false);
                _ = ServeAsync(peer);
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is (OperationCanceledException or SocketException or ObjectDisposedException))
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a peer that left before it was accepted: the next one may do better.
                _permits.Release();
                logger.ProbeFailed(e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        try
        {
            using var timeout = new CancellationTokenSource(RequestTimeout, clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
            using var stream = new NetworkStream(peer, ownsSocket: true);
            var path = await ReadPathAsync(stream, linked.Token).ConfigureAwait(false);
            await AnswerAsync(stream, path, linked.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.ProbeFailed(e.Message);
        }
        finally
        {
            peer.Dispose();
            _permits.Release();
        }
    }

    /// <summary>The path of a GET request; <see langword="null"/> for anything that is not one.</summary>
    private static async Task<string?> ReadPathAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRequestBytes);
        try
        {
            var length = 0;
            while (length < MaxRequestBytes)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length, MaxRequestBytes - length), cancellationToken).ConfigureAwait(false);
                length += read;
                if (read == 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                {
                    break;
                }
            }

            var parts = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n", 2)[0].Split(' ');
            return parts is ["GET", var target, _] ? target.Split('?', 2)[0] : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string? path, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var contentType = "text/plain; charset=utf-8";
        var status = "200 OK";
        switch (path)
        {
            case "/healthz":
                status = WriteProblems(body, health.LivenessProblems());
                break;
            case "/readyz":
                status = WriteProblems(body, health.ReadinessProblems());
                break;
            case "/metrics":
                contentType = MetricsExporter.ContentType;
                await metrics.ExportAsync(body, cancellationToken).ConfigureAwait(false);
                break;
            default:
                status = path is null ? "400 Bad Request" : "404 Not Found";
                body.Write("GET /healthz, /readyz or /metrics\n"u8);
                break;
        }

        var head = $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken).ConfigureAwait(false);
        body.Position = 0;
        await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static string WriteProblems(MemoryStream body, IReadOnlyList<string> problems)
    {
        body.Write(Encoding.UTF8.GetBytes(problems.Count == 0 ? "ok\n" : string.Join('\n', problems) + "\n"));
        return problems.Count == 0 ? "200 OK" : "503 Service Unavailable";
    }
}
