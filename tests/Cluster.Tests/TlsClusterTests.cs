using Rocketeer.Client;
using Rocketeer.Hosting.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Cluster.Tests;

/// <summary>Everything over TLS: clients to name server and broker, broker to name server.</summary>
public sealed class TlsClusterTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_cluster_that_enforces_TLS_and_client_certificates_sends_and_receives()
    {
        var server = _certificates.Issue("server");
        var own = _certificates.Issue("client");
        await using var cluster = await InProcessCluster.StartAsync(options => Secure(options.Tls), configureNameServer: options => Secure(options.Tls));
        await using var client = cluster.CreateClient(options => options.Tls = new TlsOptions
        {
            Enabled = true,
            TrustPath = _certificates.Root,
            CertificatePath = own.Certificate,
            KeyPath = own.Key,
        });
        await using var producer = client.CreateProducer("producer");
        await ClusterFixture.CreateTopicAsync(cluster, client.Admin, "secret", 2);
        await using var consumer = PushConsumerTests.CreateConsumer(client, "group", "secret");
        var inbox = new Inbox();
        await consumer.StartAsync(inbox.AcceptAsync);
        for (var i = 0; i < 20; i++)
        {
            await producer.SendAsync(ClusterFixture.Text("secret", i.ToString()));
        }

        await inbox.HasExactlyAsync([.. Enumerable.Range(0, 20).Select(i => i.ToString())]);

        await using var plain = cluster.CreateClient();
        await using var rejected = plain.CreateProducer("plain");
        await Assert.ThrowsAnyAsync<RocketeerException>(() => rejected.SendAsync(ClusterFixture.Text("secret", "plain")));

        void Secure(TlsSettings tls)
        {
            tls.ServerMode = TlsServerMode.Enforcing;
            (tls.ServerCertPath, tls.ServerKeyPath) = server;
            tls.NeedClientAuth = TlsClientAuthentication.Require;
            tls.ServerTrustCertPath = _certificates.Root;
            (tls.ClientCertPath, tls.ClientKeyPath) = own;
            tls.ClientTrustCertPath = _certificates.Root;
            tls.CheckHostName = true;
        }
    }

    [Fact]
    public async Task By_default_servers_take_TLS_and_plain_clients_and_sign_their_own_certificate()
    {
        await using var cluster = await InProcessCluster.StartAsync();
        await using var plain = cluster.CreateClient();
        await using var trusting = cluster.CreateClient(options => options.Tls = new TlsOptions { Enabled = true, TrustAny = true });
        await ClusterFixture.CreateTopicAsync(cluster, plain.Admin, "both", 1);
        foreach (var client in new[] { plain, trusting })
        {
            await using var producer = client.CreateProducer("producer");
            await producer.SendAsync(ClusterFixture.Text("both", "1"));
        }
    }

    [Fact]
    public void Broker_and_name_server_know_the_keys()
    {
        foreach (var parts in new[] { new Rocketeer.Broker.Configuration.BrokerOptions().Parts, new Rocketeer.NameServer.NameServerOptions().Parts })
        {
            Assert.Equal("PERMISSIVE", new PropertyBinder(parts).ValueOf("tls.server.mode"));
        }
    }

    [Fact]
    public async Task A_broker_with_a_wrong_certificate_does_not_start_and_says_why()
    {
        var mistake = await Assert.ThrowsAsync<ConfigurationException>(
            () => InProcessCluster.StartAsync(options => options.Tls.ServerCertPath = "/nowhere/tls.crt"));
        Assert.Contains("/nowhere/tls.crt", mistake.Message);
    }
}
