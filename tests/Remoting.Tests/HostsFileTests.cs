using System.Net;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Remoting.Tests;

public sealed class HostsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_name_has_the_addresses_of_every_line_that_names_it_and_other_lines_are_passed_over()
    {
        File.WriteAllText(_path, """
            # a comment
            127.97.0.1 a.nodes.mq.svc nodes.mq.svc # first
            127.97.0.2	nodes.mq.svc
            nonsense nodes.mq.svc

            127.97.0.1 NODES.mq.svc
            """);

        Assert.Equal([IPAddress.Parse("127.97.0.1"), IPAddress.Parse("127.97.0.2")], HostsFile.Find("nodes.mq.svc", _path));
        Assert.Equal([IPAddress.Parse("127.97.0.1")], HostsFile.Find("a.nodes.mq.svc", _path));
        Assert.Empty(HostsFile.Find("mq.svc", _path));
    }

    [Fact]
    public void A_name_that_moves_is_followed_and_a_file_that_is_missing_knows_nothing()
    {
        File.WriteAllText(_path, "127.97.0.1 a");
        Assert.Equal([IPAddress.Parse("127.97.0.1")], HostsFile.Find("a", _path));
        File.WriteAllText(_path, "127.97.0.9 a");
        Assert.Equal([IPAddress.Parse("127.97.0.9")], HostsFile.Find("a", _path));

        Assert.Empty(HostsFile.Find("a", _path + ".missing"));
    }
}
