using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Hosting.Tests;

public sealed class ProbeServerTests : IAsyncLifetime
{
    private readonly ServerHealth _health = new() { Serving = true };
    private readonly MetricsExporter _metrics = new();
    private readonly HttpClient _http = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = NewServer(new IPEndPoint(IPAddress.Loopback, 0));
        await _server.StartAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_healthy_server_is_alive_and_ready()
    {
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/healthz"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/readyz?verbose=1"));
    }

    [Fact]
    public async Task A_starting_server_is_alive_but_not_ready()
    {
        _health.Serving = false;

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The server is starting or stopping.\n"), await GetAsync("/readyz"));
    }

    [Fact]
    public async Task A_failed_liveness_check_shows_in_both_answers()
    {
        _health.AddLiveness(() => "The log is poisoned.");
        _health.AddReadiness(() => null);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The log is poisoned.\n"), await GetAsync("/healthz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The log is poisoned.\n"), await GetAsync("/readyz"));
    }

    [Fact]
    public async Task Our_meters_are_published_and_others_are_not()
    {
        using var ours = new Meter("Rocketeer.Sample");
        using var theirs = new Meter("Somebody.Else");
        ours.CreateCounter<long>("sample.requests").Add(3);
        theirs.CreateCounter<long>("foreign.requests").Add(3);

        var (status, text) = await GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("sample_requests", text);
        Assert.Contains("process_working_set_bytes", text);
        Assert.DoesNotContain("foreign_requests", text);
    }

    [Fact]
    public async Task Other_paths_are_not_found() => Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/")).Status);

    [Fact]
    public async Task Rubbish_is_answered_bad_request_and_the_next_request_is_served()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(_server.EndPoint);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\n\r\n"));
            using var reader = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 400", await reader.ReadToEndAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).Status);
    }

    [Fact]
    public async Task A_taken_port_is_one_sentence()
    {
        using var second = NewServer(_server.EndPoint);

        var exception = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));

        Assert.StartsWith($"The metrics port {_server.EndPoint} cannot be opened", exception.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        _server.Dispose();
        _metrics.Dispose();
        _http.Dispose();
    }

    private ProbeServer NewServer(IPEndPoint endPoint) =>
        new(endPoint, _health, _metrics, TimeProvider.System, NullLogger<ProbeServer>.Instance);

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"http://{_server.EndPoint}{path}"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
