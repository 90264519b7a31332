using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Hosting.Tests;

/// <summary>The only tests that redirect the console; they run one after the other, as tests of one class do.</summary>
public sealed class ServerHostTests : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _capturedOut = new();
    private readonly StringWriter _capturedError = new();

    public ServerHostTests()
    {
        Console.SetOut(_capturedOut);
        Console.SetError(_capturedError);
    }

    [Fact]
    public async Task A_bad_value_ends_the_start_with_one_sentence_and_a_failure_code()
    {
        var code = await RunAsync(["--listenPort=x"]);

        Assert.Equal(ServerHost.Failure, code);
        Assert.Equal(
            "sample cannot start: the command line: listenPort=x is not allowed; listenPort takes a whole number.\n",
            _capturedError.ToString());
    }

    [Fact]
    public async Task A_service_that_cannot_start_ends_the_start_with_its_sentence()
    {
        var code = await RunAsync([], (builder, _) => builder.Services.AddHostedService<CannotStart>());

        Assert.Equal(ServerHost.Failure, code);
        Assert.Equal("sample cannot start: Port 1 is taken.\n", _capturedError.ToString());
    }

    [Fact]
    public async Task A_background_service_that_fails_stops_the_process_with_a_failure_code() =>
        Assert.Equal(ServerHost.Failure, await RunAsync([], (builder, _) => builder.Services.AddHostedService<FailsLater>()));

    [Fact]
    public async Task A_server_that_is_told_to_stop_ends_with_success() =>
        Assert.Equal(ServerHost.Success, await RunAsync([], (builder, _) => builder.Services.AddHostedService<StopsItself>()));

    [Fact]
    public async Task Printing_shows_the_effective_values()
    {
        Assert.Equal(ServerHost.Success, await RunAsync(["-p", "--listenPort=5"]));
        Assert.Equal("listenPort=5\nmetricsPort=0\nmetricsAddress=0.0.0.0\n", _capturedOut.ToString());
    }

    [Fact]
    public async Task Help_shows_the_switches()
    {
        Assert.Equal(ServerHost.Success, await RunAsync(["-h"]));
        Assert.StartsWith("usage: sample [-c file]", _capturedOut.ToString());
    }

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    private static Task<int> RunAsync(string[] args, Action<HostApplicationBuilder, ServerStart>? configure = null) =>
        ServerHost.RunAsync("sample", args, [new Options()], configure ?? ((_, _) => Assert.Fail("must not get this far")));

    internal sealed class Options
    {
        [PropertyKey("listenPort")]
        public int ListenPort { get; set; } = 1;
    }

    internal sealed class CannotStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new IOException("Port 1 is taken.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    internal sealed class FailsLater : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("the disk is gone");
        }
    }

    internal sealed class StopsItself(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }
    }
}
