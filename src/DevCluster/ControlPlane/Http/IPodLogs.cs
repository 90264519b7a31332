namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>What the containers of pods wrote.</summary>
internal interface IPodLogs
{
    /// <summary>Copies a container's output.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container; the first one when <see langword="null"/> or empty.</param>
    /// <param name="tailLines">Only the last lines; all when <see langword="null"/>.</param>
    /// <param name="follow">Whether to go on as it writes.</param>
    /// <param name="previous">Whether the container's last run is meant.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends following.</param>
    Task CopyAsync(
        ObjectKey pod, string? container, int? tailLines, bool follow, bool previous, Stream target, CancellationToken cancellationToken);
}
