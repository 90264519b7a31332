using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Remoting.Tests;

/// <summary>Ends a loop that all tests of the process share, so it runs by itself.</summary>
[CollectionDefinition(nameof(EventLoopFailureTests), DisableParallelization = true)]
public sealed class EventLoopFailureCollection;

[Collection(nameof(EventLoopFailureTests))]
public sealed class EventLoopFailureTests
{
    [Fact]
    public async Task A_loop_that_has_failed_gets_no_new_connections()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only our own loop can fail");
        var loops = EventLoops.Acquire(TransportKind.Epoll, NullLoggerFactory.Instance);
        try
        {
            Assert.SkipWhen(loops.All.Count() < 2, "one processor has one loop");
            await using var peers = await Peers.StartAsync(TransportKind.Epoll);
            await loops.All.First().ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(1));
            for (var i = 0; i < 6; i++)
            {
                var answer = await peers.InvokeAsync(peers.Client(), Peers.Echo);
                Assert.Equal(ResponseCode.Success, answer.ResponseCode);
            }
        }
        finally
        {
            await loops.ReleaseAsync();
        }
    }
}
