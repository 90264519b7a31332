using System.Net;
using System.Net.Sockets;
using Rocketeer.Cluster.Tests.Processes;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>A server that cannot start says why in one plain sentence on stderr and exits with a code other than 0; it destroys nothing.</summary>
public sealed class StartFailureTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_broker_on_one_store_directory_is_refused()
    {
        var first = BrokerPorts();
        await using var running = await ServerProcess.StartAsync("Rocketeer.Broker", first, BrokerArguments(first));
        var second = BrokerPorts();

        var (exitCode, output) = await ServerProcess.RunToEndAsync("Rocketeer.Broker", BrokerArguments(second));

        AssertOneSentence(exitCode, output, _directory["store"]);
        Assert.Equal(0, await running.StopAsync());
    }

    [Theory]
    [InlineData("listenPort=abc", "listenPort")]
    [InlineData("flushDiskType=SOMETIMES", "flushDiskType")]
    [InlineData("brokerRole=SLAVE\nbrokerId=0", "brokerId")]
    [InlineData("listenPort=10911\nstorePathRo", "line 2")]
    public async Task A_broker_configuration_that_is_wrong_or_cut_short_is_refused(string content, string named)
    {
        var file = _directory["broker.conf"];
        await File.WriteAllTextAsync(file, content);

        var (exitCode, output) = await ServerProcess.RunToEndAsync("Rocketeer.Broker", "-c", file, $"--storePathRootDir={_directory["store"]}");

        AssertOneSentence(exitCode, output, named);
    }

    [Theory]
    [InlineData("Rocketeer.Broker")]
    [InlineData("Rocketeer.NameServer")]
    public async Task A_configuration_file_that_cannot_be_read_is_named(string server)
    {
        var missing = _directory["nothing-here.conf"];

        var (exitCode, output) = await ServerProcess.RunToEndAsync(server, "-c", missing);

        AssertOneSentence(exitCode, output, missing);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            "Rocketeer.NameServer", "--bindAddress=127.0.0.1", $"--listenPort={port}", $"--kvConfigPath={_directory["kv.json"]}");

        AssertOneSentence(exitCode, output, $"{port}");
    }

    [Fact]
    public async Task Foreign_files_in_a_store_are_left_alone()
    {
        foreach (var folder in new[] { "commitlog", "consumequeue", "index", "config" })
        {
            Directory.CreateDirectory(_directory["store", folder]);
            await File.WriteAllTextAsync(_directory["store", folder, "README.txt"], "somebody's notes");
        }

        var port = BrokerPorts();
        await using var broker = await ServerProcess.StartAsync("Rocketeer.Broker", port, BrokerArguments(port));

        Assert.Equal(0, await broker.StopAsync());
        Assert.Equal(4, Directory.GetFiles(_directory["store"], "README.txt", SearchOption.AllDirectories).Length);
    }

    private static void AssertOneSentence(int exitCode, string output, string named)
    {
        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal); // no stack trace
    }

    private static int BrokerPorts()
    {
        while (true)
        {
            using var main = new TcpListener(IPAddress.Loopback, 0);
            main.Start();
            var port = ((IPEndPoint)main.LocalEndpoint).Port;
            using var vip = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                vip.Bind(new IPEndPoint(IPAddress.Loopback, port - 2));
                return port;
            }
            catch (SocketException)
            {
                // taken: the next free pair is looked for
            }
        }
    }

    private string[] BrokerArguments(int port) =>
    [
        "--bindAddress=127.0.0.1",
        "--brokerIP1=127.0.0.1",
        "--brokerIP2=127.0.0.1",
        $"--listenPort={port}",
        $"--storePathRootDir={_directory["store"]}",
        "--mapedFileSizeCommitLog=4194304",
        "--maxHashSlotNum=4000",
        "--maxIndexNum=16000",
    ];
}
