using System.Net;

namespace Rocketeer.DevCluster.Node;

/// <summary>How the node runs pods.</summary>
internal sealed record NodeOptions
{
    /// <summary>The root of the cluster's files: logs, volumes, claims and the hosts file go below it.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// What an image's entry point is on this machine, by the last part of the image's name without its tag: <c>rocketeer-broker</c> →
    /// <c>dotnet …/Rocketeer.Broker.dll</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Images { get; init; }

    /// <summary>Environment that every container gets before its own, such as the kubeconfig; <c>{podIP}</c> stands for the pod's address.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Pods get addresses of their own after this one. All of 127/8 is this machine on Linux and Windows.</summary>
    public IPAddress FirstAddress { get; init; } = IPAddress.Parse("127.97.0.0");

    /// <summary>The pause before the second restart in a row; it doubles. The first restart is at once.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause; a container that has run for longer begins anew.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of a log file before it is begun anew; one former file is kept.</summary>
    public long MaxLogBytes { get; init; } = 16 * 1024 * 1024;
}
