using DotNetty.Transport.Channels;

namespace Rocketeer.Remoting.Transport;

/// <summary>Closing without waiting; DotNetty's own helper is not public.</summary>
internal static class ChannelClosing
{
    /// <summary>Begins to close. What the system says about it changes nothing: the descriptor is gone either way.</summary>
    public static void CloseSafe(this IChannel channel) => Observe(channel.CloseAsync());

    /// <inheritdoc cref="CloseSafe(IChannel)"/>
    /// <remarks>On the event loop only.</remarks>
    public static void CloseSafe(this IChannelUnsafe channel) => Observe(channel.CloseAsync());

    /// <summary>Looks at the exception of a task whose failure shows elsewhere, as the end of its connection.</summary>
    public static void Observe(Task task) => task.ContinueWith(
        static failed => _ = failed.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
