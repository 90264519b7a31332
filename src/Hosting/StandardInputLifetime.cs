using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Hosting;

/// <summary>
/// Stops the server when its standard input ends, if <see cref="Variable"/> asks for it: a parent that starts servers as processes holds
/// the other end of the pipe, so nothing is left running however the parent ends.
/// </summary>
/// <param name="lifetime">What is asked to stop.</param>
/// <param name="logger">Says why the server stops.</param>
internal sealed class StandardInputLifetime(IHostApplicationLifetime lifetime, ILogger<StandardInputLifetime> logger) : IHostedService
{
    /// <summary>Environment variable; <c>true</c> switches this on.</summary>
    public const string Variable = "ROCKETEER_STOP_WITH_STDIN";

    public static bool IsWanted => bool.TryParse(Environment.GetEnvironmentVariable(Variable), out var wanted) && wanted;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A read of standard input cannot be cancelled; a thread of its own does not hold up the end of the process.
        new Thread(WaitForEnd) { IsBackground = true, Name = "stdin" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void WaitForEnd()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
        }

        logger.StandardInputEnded();
        lifetime.StopApplication();
    }
}
