using System.Security.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;
using Rocketeer.TestKit;

namespace Rocketeer.Remoting.Tests.Tls;

public sealed class TlsCertificateTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public static TheoryData<TransportKind> Transports => Peers.Transports;

    public void Dispose() => _certificates.Dispose();

    [Theory, MemberData(nameof(Transports))]
    public async Task A_client_that_trusts_the_root_connects_by_name_and_by_address(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, Enforcing(_certificates.Issue("broker")));
        var client = peers.Client(new TlsClientOptions { TrustPath = _certificates.Root });
        foreach (var address in new[] { peers.Peers.Address, peers.LocalhostAddress })
        {
            var answer = await client.InvokeAsync(address, Peers.Request(Peers.Echo), Peers.Patience, CancellationToken.None);
            Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_client_that_does_not_trust_the_certificate_says_so(TransportKind transport)
    {
        await using var peers = await TlsPeers.StartAsync(transport, Enforcing(_certificates.Issue("broker")));
        foreach (var options in new[] { new TlsClientOptions(), new TlsClientOptions { TrustPath = OtherRoot() } })
        {
            var failure = await Assert.ThrowsAsync<RemotingConnectException>(
                async () => await peers.Peers.InvokeAsync(peers.Client(options), Peers.Echo));
            Assert.Contains("its certificate (CN=broker) is not trusted", failure.Message);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task The_host_name_is_checked_unless_it_is_switched_off(TransportKind transport)
    {
        var issued = _certificates.Issue("broker", host: "elsewhere", withAddress: false);
        await using var peers = await TlsPeers.StartAsync(transport, Enforcing(issued));
        var failure = await Assert.ThrowsAsync<RemotingConnectException>(
            async () => await peers.Peers.InvokeAsync(peers.Client(new TlsClientOptions { TrustPath = _certificates.Root }), Peers.Echo));
        Assert.Contains("is for another host name or address", failure.Message);
        var relaxed = peers.Client(new TlsClientOptions { TrustPath = _certificates.Root, CheckHostName = false });
        Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(relaxed, Peers.Echo)).ResponseCode);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_required_client_certificate_is_demanded_and_verified(TransportKind transport)
    {
        var server = _certificates.Issue("broker");
        var client = _certificates.Issue("client");
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions
        {
            Mode = TlsMode.Enforcing,
            CertificatePath = server.Certificate,
            KeyPath = server.Key,
            ClientCertificate = TlsClientCertificate.Require,
            TrustPath = _certificates.Root,
        });
        var without = peers.Client();
        await Assert.ThrowsAnyAsync<RemotingException>(async () => await peers.Peers.InvokeAsync(without, Peers.Echo));
        using var stranger = new TestCertificates();
        var wrong = stranger.Issue("stranger");
        var untrusted = peers.Client(new TlsClientOptions { TrustAny = true, CertificatePath = wrong.Certificate, KeyPath = wrong.Key });
        await Assert.ThrowsAnyAsync<RemotingException>(async () => await peers.Peers.InvokeAsync(untrusted, Peers.Echo));
        var right = peers.Client(new TlsClientOptions { TrustPath = _certificates.Root, CertificatePath = client.Certificate, KeyPath = client.Key });
        Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(right, Peers.Echo)).ResponseCode);
        Assert.Contains("it showed no certificate", Assert.Single(peers.Log.Of(1506)));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task An_optional_client_certificate_may_be_missing_and_any_will_do_unless_verified(TransportKind transport)
    {
        var server = _certificates.Issue("broker");
        using var stranger = new TestCertificates();
        var theirs = stranger.Issue("stranger");
        await using var peers = await TlsPeers.StartAsync(transport, new TlsServerOptions
        {
            CertificatePath = server.Certificate,
            KeyPath = server.Key,
            ClientCertificate = TlsClientCertificate.Optional,
        });
        Assert.Single(peers.Log.Of(1505));
        var options = new TlsClientOptions { TrustAny = true, CertificatePath = theirs.Certificate, KeyPath = theirs.Key };
        foreach (var client in new[] { peers.Client(), peers.Client(options) })
        {
            Assert.Equal(ResponseCode.Success, (await peers.Peers.InvokeAsync(client, Peers.Echo)).ResponseCode);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Changed_files_are_used_for_new_connections_and_bad_ones_are_not(TransportKind transport)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var paths = _certificates.Issue("first");
        await using var peers = await TlsPeers.StartAsync(transport, Enforcing(paths), clock);
        Assert.Equal("CN=first", await SubjectAsync(peers));

        var second = _certificates.Make("second");
        File.WriteAllText(paths.Certificate, second.Certificate);
        Look(clock); // the key is still the old one: not used, and reported once
        Look(clock);
        Assert.Contains("does not fit", Assert.Single(peers.Log.Of(1503)));
        Assert.Equal("CN=first", await SubjectAsync(peers));

        File.WriteAllText(paths.Key, second.Key);
        Look(clock);
        Assert.Single(peers.Log.Of(1502));
        Assert.Equal("CN=second", await SubjectAsync(peers));

        File.Delete(paths.Key);
        Look(clock);
        Look(clock);
        Assert.Contains("does not exist", peers.Log.Of(1503).Last());
        Assert.Equal(2, peers.Log.Of(1503).Count());
        Assert.Equal("CN=second", await SubjectAsync(peers));
        File.WriteAllText(paths.Key, second.Key);
        Look(clock);
        Assert.Single(peers.Log.Of(1502));
    }

    [Fact]
    public async Task A_swapped_symbolic_link_as_of_a_Kubernetes_secret_is_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need rights there");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        foreach (var name in new[] { "first", "second" })
        {
            Directory.CreateDirectory(_certificates.PathOf(name));
            var (certificate, key) = _certificates.Make(name);
            _certificates.Write($"{name}/tls.crt", certificate);
            _certificates.Write($"{name}/tls.key", key);
        }

        var data = _certificates.PathOf("..data");
        Directory.CreateSymbolicLink(data, "first");
        File.CreateSymbolicLink(_certificates.PathOf("tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(_certificates.PathOf("tls.key"), "..data/tls.key");
        var paths = (_certificates.PathOf("tls.crt"), _certificates.PathOf("tls.key"));
        await using var peers = await TlsPeers.StartAsync(TransportKind.Auto, Enforcing(paths), clock);
        Assert.Equal("CN=first", await SubjectAsync(peers));
        Directory.CreateSymbolicLink(data + "_tmp", "second");
        Directory.Move(data + "_tmp", data + "_old");
        File.Delete(data);
        Directory.Move(data + "_old", data);
        Look(clock);
        Assert.Equal("CN=second", await SubjectAsync(peers));
    }

    [Fact]
    public void Every_mistake_in_the_settings_is_one_sentence()
    {
        var good = _certificates.Issue("good");
        var other = _certificates.Issue("other");
        var expired = _certificates.Issue("expired", fromDays: -20, untilDays: -1);
        var early = _certificates.Issue("early", fromDays: 10);
        var secret = _certificates.Issue("secret", password: "open sesame");
        var noPem = _certificates.Write("no.pem", "hello");
        var binary = _certificates.PathOf("binary.pem");
        File.WriteAllBytes(binary, [0x30, 0x82, 0xff, 0xfe]);
        var old = _certificates.Write("old.key", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----");
        Refused("does not exist", _certificates.PathOf("nowhere.crt"), good.Key);
        Refused("cannot be read", _certificates.Directory, good.Key);
        Refused("not the file with its key", good.Certificate, null);
        Refused("not the file with its certificate", null, good.Key);
        Refused("holds no certificate in PEM form", noPem, good.Key);
        Refused("is not PEM text", binary, good.Key);
        Refused("holds no private key in PEM form", good.Certificate, noPem);
        Refused("does not fit", good.Certificate, other.Key);
        Refused("expired on", expired.Certificate, expired.Key);
        Refused("is valid from", early.Certificate, early.Key);
        Refused("is encrypted and no key password is set", secret.Certificate, secret.Key);
        Refused("check the key password", secret.Certificate, secret.Key, "wrong");
        Refused("openssl pkcs8", good.Certificate, old);
        var none = Assert.Throws<TlsConfigurationException>(() => Server(new TlsServerOptions { TestMode = false }));
        Assert.Contains("TLS has no certificate and test mode is off", none.Message);
        Assert.Throws<TlsConfigurationException>(() => Server(new TlsServerOptions { MaxHandshakes = 0 }));
        Assert.Throws<TlsConfigurationException>(() => Server(new TlsServerOptions { HandshakeTimeout = TimeSpan.Zero }));
        Assert.Throws<TlsConfigurationException>(() => new TlsClient(
            new TlsClientOptions { TrustAny = true, TrustPath = _certificates.Root }, TimeProvider.System, NullLoggerFactory.Instance));
        using var opened = Server(new TlsServerOptions { CertificatePath = secret.Certificate, KeyPath = secret.Key, KeyPassword = "open sesame" });

        static TlsServer Server(TlsServerOptions options) => new(options, TimeProvider.System, NullLoggerFactory.Instance);

        static void Refused(string part, string? certificate, string? key, string? password = null)
        {
            var options = new TlsServerOptions { CertificatePath = certificate, KeyPath = key, KeyPassword = password };
            var mistake = Assert.Throws<TlsConfigurationException>(() => Server(options));
            Assert.Contains(part, mistake.Message);
            Assert.DoesNotContain('\n', mistake.Message);
            Assert.DoesNotContain("sesame", mistake.Message);
        }
    }

    internal static async Task<string> SubjectAsync(TlsPeers peers)
    {
        await using var stream = await TlsModeTests.ConnectAsync(peers);
        await stream.AuthenticateAsClientAsync(TlsModeTests.Anything(SslProtocols.Tls13));
        return stream.RemoteCertificate!.Subject;
    }

    private static TlsServerOptions Enforcing((string Certificate, string Key) paths) =>
        new() { Mode = TlsMode.Enforcing, CertificatePath = paths.Certificate, KeyPath = paths.Key };

    /// <summary>Two looks at the files: a change must have been seen twice.</summary>
    private static void Look(FakeTimeProvider clock)
    {
        clock.Advance(TimeSpan.FromMilliseconds(500));
        clock.Advance(TimeSpan.FromMilliseconds(500));
    }

    private string OtherRoot()
    {
        using var other = new TestCertificates();
        return _certificates.Write("other-root.pem", File.ReadAllText(other.Root));
    }
}
