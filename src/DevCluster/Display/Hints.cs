using Rocketeer.DevCluster.Processes;
using Rocketeer.DevCluster.Work;

namespace Rocketeer.DevCluster.Display;

/// <summary>What to type next, in another terminal.</summary>
internal static class Hints
{
    public static string For(LocalCluster cluster) => $"""

        The cluster is up. It is for development: one machine, loopback only. In another terminal:

          export NAMESRV_ADDR={cluster.NameServers}
          dotnet run --project src/Cli -- cluster list
          dotnet run --project src/Cli -- topic stats {DemoWorkload.Topic}
          dotnet run --project src/Cli -- group lag {DemoWorkload.ConsumerGroup}
          dotnet run --project src/Cli -- produce --topic hello --body "first message"
          dotnet run --project src/Cli -- consume --topic hello --group me

        Any RocketMQ client works too: its name server address is {cluster.NameServers}.
        Files and logs are in {cluster.Directory}. Ctrl-C stops everything.

        """;
}
