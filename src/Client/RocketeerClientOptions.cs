using Microsoft.Extensions.Options;
using Rocketeer.Client.Serialization;

namespace Rocketeer.Client;

/// <summary>
/// What all producers, consumers and the administration of one <see cref="RocketeerClient"/> share. The client takes a copy when it is
/// made; later changes have no effect on it. Defaults are the original's (reference: namesrv-and-client.md B1) where it has one.
/// </summary>
public sealed class RocketeerClientOptions
{
    /// <summary>
    /// Addresses of the name servers, <c>host:port</c> separated by <c>;</c>. Default: the environment variable ROCKETEER_NAMESRV, else
    /// NAMESRV_ADDR, which the original's clients read, else <c>127.0.0.1:9876</c>.
    /// </summary>
    public string NameServers { get; set; } = DefaultNameServers(Environment.GetEnvironmentVariable);

    /// <summary>
    /// Second part of the client id (<c>ip@instance</c>). Default <see langword="null"/>: made unique for each client object, so that two
    /// clients of a process never take each other's place in a group. Set it where the id must survive a restart, as the offset files of
    /// broadcasting consumers do, and then make it unique per host yourself.
    /// </summary>
    public string? InstanceName { get; set; }

    /// <summary>First part of the client id. Default <see langword="null"/>: an address of this host.</summary>
    public string? ClientIp { get; set; }

    /// <summary>How often the routes of all topics in use are asked for again. Default 30 s; at least 1 s.</summary>
    public TimeSpan RoutePollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often heartbeats go to the brokers. Default 30 s; 1 to 100 s (brokers forget a client after 120 s).</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often consumers store their offsets. Default 5 s; at least 100 ms.</summary>
    public TimeSpan OffsetPersistInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a connection. Default 3 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest wait for one answer of a name server. Default 3 s.</summary>
    public TimeSpan NameServerTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest wait for one answer of an administrative request. Default 5 s.</summary>
    public TimeSpan AdminTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True sends to the port two below a broker's own, as the original's clients do for their "VIP channel". Default false: the port
    /// serves the same requests, and in Kubernetes or behind a firewall it is often not open.
    /// </summary>
    public bool UseVipChannel { get; set; }

    /// <summary>The account that requests are signed with. Default <see langword="null"/>: they are not signed.</summary>
    public Credentials? Credentials { get; set; }

    /// <summary>TLS; off by default.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Turns values of typed messages into bodies and back. Default: <see cref="JsonMessageSerializer.Default"/>.</summary>
    public IMessageSerializer Serializer { get; set; } = JsonMessageSerializer.Default;

    /// <summary>Clock of every timer and time stamp. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionsValidationException">Names each value that is wrong, and why.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        if (Faults(faults) > 0)
        {
            throw new OptionsValidationException(nameof(RocketeerClientOptions), typeof(RocketeerClientOptions), faults);
        }
    }

    internal RocketeerClientOptions Copy()
    {
        var copy = (RocketeerClientOptions)MemberwiseClone();
        copy.Tls = Tls?.Copy()!;
        return copy;
    }

    internal static string DefaultNameServers(Func<string, string?> environment) =>
        environment("ROCKETEER_NAMESRV") is { Length: > 0 } ours ? ours
        : environment("NAMESRV_ADDR") is { Length: > 0 } usual ? usual
        : "127.0.0.1:9876";

    internal string[] ParseNameServers() =>
        NameServers.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private int Faults(List<string> faults)
    {
        var servers = string.IsNullOrWhiteSpace(NameServers) ? [] : ParseNameServers();
        if (servers.Length == 0)
        {
            faults.Add("NameServers is empty; give at least one host:port.");
        }

        foreach (var server in servers)
        {
            var colon = server.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(server.AsSpan(colon + 1), out var port) || port == 0)
            {
                faults.Add($"NameServers contains '{server}', which is not host:port.");
            }
        }

        if (InstanceName is { } name && (string.IsNullOrWhiteSpace(name) || name.Contains('@', StringComparison.Ordinal)))
        {
            faults.Add("InstanceName must not be blank or contain '@'; leave it null for a unique one.");
        }

        RequireAtLeast(RoutePollInterval, TimeSpan.FromSeconds(1), nameof(RoutePollInterval));
        RequireAtLeast(HeartbeatInterval, TimeSpan.FromSeconds(1), nameof(HeartbeatInterval));
        RequireAtLeast(OffsetPersistInterval, TimeSpan.FromMilliseconds(100), nameof(OffsetPersistInterval));
        RequireAtLeast(ConnectTimeout, TimeSpan.FromMilliseconds(1), nameof(ConnectTimeout));
        RequireAtLeast(NameServerTimeout, TimeSpan.FromMilliseconds(1), nameof(NameServerTimeout));
        RequireAtLeast(AdminTimeout, TimeSpan.FromMilliseconds(1), nameof(AdminTimeout));
        if (HeartbeatInterval > TimeSpan.FromSeconds(100))
        {
            faults.Add("HeartbeatInterval must be at most 100 s; brokers forget a client that is silent for 120 s.");
        }

        if (Credentials?.Fault() is { } fault)
        {
            faults.Add(fault);
        }

        if (Serializer is null)
        {
            faults.Add("Serializer must not be null.");
        }

        if (TimeProvider is null)
        {
            faults.Add("TimeProvider must not be null.");
        }

        if (Tls is null)
        {
            faults.Add("Tls must not be null.");
        }
        else
        {
            Tls.CollectFaults(faults);
        }

        return faults.Count;

        void RequireAtLeast(TimeSpan value, TimeSpan least, string what)
        {
            if (value < least)
            {
                faults.Add($"{what} must be at least {least.TotalMilliseconds:0} ms.");
            }
        }
    }
}
