using Rocketeer.Hosting.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Hosting.Tests;

public sealed class TlsSettingsTests
{
    private readonly TlsSettings _tls = new();

    [Fact]
    public void Defaults_are_the_originals()
    {
        Assert.Equal(
            (TlsServerMode.Permissive, true, TlsClientAuthentication.None, false, false, false),
            (_tls.ServerMode, _tls.TestMode, _tls.NeedClientAuth, _tls.AuthClient, _tls.AuthServer, _tls.ConnectsWithTls));
    }

    [Fact]
    public void The_TLS_file_outranks_the_main_file_and_environment_and_command_line_outrank_both()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["broker.conf"], $"tls.server.mode=disabled\ntls.server.keyPath=/main\ntls.config.file={directory["tls.properties"]}\n");
        File.WriteAllText(directory["tls.properties"], "tls.server.keyPath=/tls\ntls.server.certPath=/tls\ntls.server.trustCertPath=/tls\n");
        ConfigurationLoader.Load(
            new PropertyBinder(_tls),
            ServerCommandLine.Parse(["-c", directory["broker.conf"], "-Dtls.server.certPath=/line"]),
            new Dictionary<string, string> { ["ROCKETEER_TLS_SERVER_TRUST_CERT_PATH"] = "/environment" });
        Assert.Equal(
            (TlsServerMode.Disabled, "/tls", "/line", "/environment"),
            (_tls.ServerMode, _tls.ServerKeyPath, _tls.ServerCertPath, _tls.ServerTrustCertPath));
    }

    [Fact]
    public void A_named_TLS_file_must_exist()
    {
        using var directory = new TempDirectory();
        var line = ServerCommandLine.Parse([$"--tls.config.file={directory["tls.properties"]}"]);
        var mistake = Assert.Throws<ConfigurationException>(
            () => ConfigurationLoader.Load(new PropertyBinder(_tls), line, new Dictionary<string, string>()));
        Assert.Contains("tls.properties does not exist", mistake.Message);
    }

    [Theory]
    [InlineData("tls.server.mode=strict", "one of DISABLED, PERMISSIVE, ENFORCING")]
    [InlineData("tls.server.need.client.auth=maybe", "one of NONE, OPTIONAL, REQUIRE")]
    public void A_value_that_the_original_would_take_for_the_default_is_refused(string line, string allowed)
    {
        var mistake = Assert.Throws<ConfigurationException>(
            () => new PropertyBinder(_tls).Apply(PropertyFile.Parse(System.Text.Encoding.UTF8.GetBytes(line), "test")));
        Assert.Contains(allowed, mistake.Message);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("tls.server.mode=enforcing", true)]
    [InlineData("tls.server.mode=enforcing\ntls.enable=false", false)]
    [InlineData("tls.enable=true", true)]
    [InlineData("tls.enable=true\nuseTLS=false", false)]
    public void Own_connections_speak_TLS_when_told_or_when_the_server_insists_on_it(string text, bool expected)
    {
        new PropertyBinder(_tls).Apply(PropertyFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "test"));
        Assert.Equal(expected, _tls.ConnectsWithTls);
    }

    [Fact]
    public void Passwords_are_written_to_files_and_never_shown()
    {
        var binder = new PropertyBinder(_tls);
        binder.Apply(PropertyFile.Parse("tls.server.keyPassword=open sesame"u8, "test"));
        Assert.DoesNotContain("sesame", binder.Format());
        Assert.Contains("tls.server.keyPassword=open sesame", binder.FormatForFile());
    }
}
