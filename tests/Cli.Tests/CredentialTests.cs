using Rocketeer.Cluster.Tests;
using Rocketeer.TestKit;

namespace Rocketeer.Cli.Tests;

/// <summary>The tool against a broker under access control.</summary>
public sealed class CredentialTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "s3cret-of-the-admin";

    private readonly TempDirectory _directory = new();
    private InProcessCluster? _cluster;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(
            _directory["acl.yml"],
            $"accounts:\n- {{accessKey: administrator, secretKey: {Secret}, admin: true}}\n- {{accessKey: visitor, secretKey: visitor-secret}}\n",
            TestContext.Current.CancellationToken);
        _cluster = await InProcessCluster.StartAsync(options =>
        {
            options.Access.AclEnable = true;
            options.Access.PlainAclFile = _directory["acl.yml"];
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        Dispose();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_topic_is_created_with_the_keys_of_an_administrator_from_the_command_line_or_from_a_file()
    {
        await File.WriteAllTextAsync(
            _directory["tools.yml"], $"accessKey: administrator\nsecretKey: {Secret}\n", TestContext.Current.CancellationToken);

        (await CreateAsync("first", "--access-key", "administrator", "--secret-key", Secret)).Succeeded();
        (await CreateAsync("second", "--credentials", _directory["tools.yml"])).Succeeded();
    }

    [Theory]
    [InlineData("No accessKey is configured")]
    [InlineData("Check signature failed", "--access-key", "administrator", "--secret-key", "s3cret-but-wrong")]
    [InlineData("Need admin permission", "--access-key", "visitor", "--secret-key", "visitor-secret")]
    [InlineData("belong together", "--access-key", "administrator")]
    [InlineData("belong together", "--secret-key", Secret)]
    [InlineData("cannot be read", "--credentials", "/there/is/no/such/file.yml")]
    public async Task Who_may_not_is_told_why_and_no_secret_is_printed(string why, params string[] keys)
    {
        var run = await CreateAsync("refused", keys);

        Assert.Equal(1, run.Exit);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accessKey: administrator", "no accessKey and secretKey")]
    [InlineData("secretKey: *s3cret", "line 1")]
    [InlineData("just text", "no accessKey and secretKey")]
    public async Task A_file_without_keys_is_named(string content, string why)
    {
        await File.WriteAllTextAsync(_directory["tools.yml"], content, TestContext.Current.CancellationToken);

        var run = await CreateAsync("refused", "--credentials", _directory["tools.yml"]);

        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Error, StringComparison.Ordinal);
    }

    private Task<Tool.Run> CreateAsync(string topic, params string[] more) => Tool.RunAsync(
        ["topic", "create", topic, "--cluster", InProcessCluster.ClusterName, "--namesrv", _cluster!.NameServers, .. more],
        cancellationToken: TestContext.Current.CancellationToken);
}
