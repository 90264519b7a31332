using Rocketeer.Hosting.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Hosting.Tests;

public sealed class ConfigurationLoaderTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];
    private readonly Options _options = new();

    [Fact]
    public void Command_line_beats_environment_beats_file_beats_default()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["a.conf"], "listenPort=1\nnamesrvAddr=file:1\nstorePath=/file\nunknown=x\n");
        var environment = new Dictionary<string, string>
        {
            ["ROCKETEER_LISTEN_PORT"] = "2",
            ["NAMESRV_ADDR"] = "environment:1",
            ["ROCKETEER_SERVICE_HOST"] = "injected by Kubernetes",
        };

        var warnings = ConfigurationLoader.Load(
            new PropertyBinder(_options),
            ServerCommandLine.Parse(["-c", directory["a.conf"], "--listenPort=3"]),
            environment);

        Assert.Equal((3, "environment:1", "/file", "default"),
            (_options.ListenPort, _options.NameServerAddresses, _options.StorePath, _options.Other));
        Assert.Contains("unknown key 'unknown'", Assert.Single(warnings));
    }

    [Fact]
    public void Our_variable_beats_the_originals()
    {
        ConfigurationLoader.Load(
            new PropertyBinder(_options),
            ServerCommandLine.Parse([]),
            new Dictionary<string, string> { ["NAMESRV_ADDR"] = "theirs", ["ROCKETEER_namesrvAddr"] = "ours" });

        Assert.Equal("ours", _options.NameServerAddresses);
    }

    [Fact]
    public void Switches_of_the_original_are_understood()
    {
        var line = ServerCommandLine.Parse(["-n", "a:1;b:2", "-p", "-m", "-h", "--listenPort", "5", "-c", "x.conf"]);
        Assert.True(line.PrintAll && line.PrintImportant && line.Help);
        Assert.Equal("x.conf", line.ConfigFile);
        Assert.Equal([new("namesrvAddr", "a:1;b:2"), new("listenPort", "5")], line.Overrides.Entries);
    }

    [Theory]
    [InlineData("-x", "unknown argument '-x'")]
    [InlineData("stray", "unknown argument 'stray'")]
    [InlineData("-c", "ends after -c")]
    [InlineData("--listenPort", "ends after --listenPort")]
    [InlineData("--listenport=3", "unknown key '--listenport'")]
    [InlineData("--listenPort=x", "the command line: listenPort=x is not allowed")]
    public void A_mistake_on_the_command_line_is_one_sentence(string argument, string expected)
    {
        var exception = Assert.Throws<ConfigurationException>(
            () => ConfigurationLoader.Load(new PropertyBinder(_options), ServerCommandLine.Parse([argument]), NoEnvironment));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    internal sealed class Options
    {
        [PropertyKey("listenPort", Min = 0, Max = 65535)]
        public int ListenPort { get; set; } = 9876;

        [PropertyKey("namesrvAddr")]
        public string? NameServerAddresses { get; set; }

        [PropertyKey("storePath")]
        public string? StorePath { get; set; }

        [PropertyKey("other")]
        public string Other { get; set; } = "default";
    }
}
