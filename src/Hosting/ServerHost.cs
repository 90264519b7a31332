using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Hosting.Probes;

namespace Rocketeer.Hosting;

/// <summary>
/// Runs a server process from its command line to its exit code: switches, configuration, logging, probes, orderly shutdown on SIGTERM
/// and SIGINT. A start that fails leaves one plain sentence on stderr and a non-zero code.
/// </summary>
public static class ServerHost
{
    /// <summary>Environment variable with the least level that is logged: Trace, Debug, Information (default), Warning, Error.</summary>
    public const string LogLevelVariable = "ROCKETEER_LOG_LEVEL";

    /// <summary>Exit code after an orderly end.</summary>
    public const int Success = 0;

    /// <summary>Exit code when the start or a background service failed.</summary>
    public const int Failure = 1;

    /// <summary>Runs a server until it is told to stop.</summary>
    /// <param name="name">What the server calls itself, such as <c>Rocketeer.Broker</c>.</param>
    /// <param name="args">The command line.</param>
    /// <param name="options">Options objects with their defaults; they are filled before <paramref name="configure"/> is called.</param>
    /// <param name="configure">Adds the server's services. Exceptions are start failures.</param>
    /// <returns>The exit code. A service that ends the process for a reason of its own sets <see cref="Environment.ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string name, string[] args, object[] options, Action<HostApplicationBuilder, ServerStart> configure)
    {
        try
        {
            var commandLine = ServerCommandLine.Parse(args);
            var hosting = new HostingOptions();
            var binder = new PropertyBinder([.. options, hosting]);
            if (commandLine.Help)
            {
                Console.Out.Write(Usage(name));
                return Success;
            }

            var warnings = ConfigurationLoader.Load(binder, commandLine);
            if (commandLine.PrintAll || commandLine.PrintImportant)
            {
                Console.Out.Write(binder.Format(importantOnly: !commandLine.PrintAll));
                return Success;
            }

            using var host = Build(hosting, builder => configure(builder, new ServerStart(commandLine, binder)));
            var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(name);
            foreach (var warning in warnings)
            {
                logger.ConfigurationWarning(warning);
            }

            return await RunAsync(host).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var cause = e is AggregateException aggregate ? aggregate.Flatten().InnerExceptions[0] : e;
            await Console.Error.WriteLineAsync($"{name} cannot start: {Sentence(cause)}").ConfigureAwait(false);
            if (MinimumLevel() <= LogLevel.Debug)
            {
                await Console.Error.WriteLineAsync(e.ToString()).ConfigureAwait(false);
            }

            return Failure;
        }
    }

    private static IHost Build(HostingOptions options, Action<HostApplicationBuilder> configure)
    {
        if (!IPAddress.TryParse(options.MetricsAddress, out var address))
        {
            throw new ConfigurationException($"metricsAddress={Shown.Short(options.MetricsAddress)} is not an IP address; 0.0.0.0 means all.");
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.SetMinimumLevel(MinimumLevel());
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // A failed start is told in one sentence below, and services report their own failures with what they know.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServerHealth>();
        if (options.MetricsPort > 0)
        {
            builder.Services.AddSingleton<MetricsExporter>();
            builder.Services.AddSingleton(new IPEndPoint(address, options.MetricsPort));
            builder.Services.AddHostedService<ProbeServer>();
        }

        if (StandardInputLifetime.IsWanted)
        {
            builder.Services.AddHostedService<StandardInputLifetime>();
        }

        configure(builder);
        return builder.Build();
    }

    private static async Task<int> RunAsync(IHost host)
    {
        var health = host.Services.GetRequiredService<ServerHealth>();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStopping.Register(() => health.Serving = false);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it was starting: an end in order, not a failed start.
            await host.StopAsync().ConfigureAwait(false);
            return Environment.ExitCode;
        }

        health.Serving = !lifetime.ApplicationStopping.IsCancellationRequested;
        await host.WaitForShutdownAsync().ConfigureAwait(false);

        var failed = host.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .Any(service => service.ExecuteTask is { IsFaulted: true });
        return failed ? Failure : Environment.ExitCode;
    }

    private static LogLevel MinimumLevel() =>
        Enum.TryParse<LogLevel>(Environment.GetEnvironmentVariable(LogLevelVariable), ignoreCase: true, out var level)
            ? level
            : LogLevel.Information;

    /// <summary>Exceptions that speak to the operator are their message; others say what they are, so that they can be reported.</summary>
    private static string Sentence(Exception cause)
    {
        var text = cause is ConfigurationException or IOException or UnauthorizedAccessException or InvalidDataException
            ? cause.Message
            : $"{cause.GetType().Name}: {cause.Message}";
        return text.ReplaceLineEndings(" ");
    }

    private static string Usage(string name) => $"""
        usage: {name} [-c file] [-n address;address] [-p] [-m] [-h] [--key=value ...]
          -c file       read this property file; changes at run time are written to it
          -n addresses  name server addresses
          -p            print every effective value and exit
          -m            print the important values and exit
          -h            print this text and exit
          --key=value   set any key that -p lists

        Later wins: defaults, the file, the environment ({ConfigurationLoader.EnvironmentPrefix}LISTEN_PORT for listenPort; NAMESRV_ADDR; ROCKETMQ_HOME), the command line.

        """;
}
