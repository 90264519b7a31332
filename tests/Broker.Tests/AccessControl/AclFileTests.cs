using System.Text;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Broker.AccessControl;
using Rocketeer.Hosting.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.AccessControl;

public sealed class AclFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly LogCollector _log = new();
    private readonly string _path;

    public AclFileTests() => _path = _directory["plain_acl.yml"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_changed_file_takes_effect_within_a_second()
    {
        using var file = Open(Accounts("account1"));

        Write(Accounts("account1", "account2"));
        Assert.Null(file.Rules.Find("account2"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(file.Rules.Find("account2"));
        Assert.Single(_log.Of(4061));
    }

    [Fact]
    public void A_file_that_is_written_again_unchanged_is_not_taken_for_a_new_one()
    {
        using var file = Open(Accounts("account1"));
        var rules = file.Rules;

        Write(Accounts("account1"));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(rules, file.Rules);
        Assert.Empty(_log.Of(4061));
    }

    [Fact]
    public void A_bad_file_changes_nothing_and_is_complained_about_once()
    {
        using var file = Open(Accounts("account1"));
        var rules = file.Rules;

        Write("accounts:\n- accessKey: account1\n  secretKey: bad5ec\n");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Same(rules, file.Rules);
        Assert.Contains("line 2", Assert.Single(_log.Of(4062)), StringComparison.Ordinal);

        Write(Accounts("account3"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(file.Rules.Find("account3"));
        Assert.Null(file.Rules.Find("account1"));
    }

    [Fact]
    public void A_file_that_vanishes_changes_nothing_and_comes_back()
    {
        using var file = Open(Accounts("account1"));

        File.Delete(_path);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(file.Rules.Find("account1"));
        Assert.Single(_log.Of(4063));

        Write(Accounts("account2"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(file.Rules.Find("account2"));
    }

    [Fact]
    public void Bytes_that_are_no_text_change_nothing()
    {
        using var file = Open(Accounts("account1"));

        File.WriteAllBytes(_path, [0xFF, 0xFE, 0x00, 0x81]);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(file.Rules.Find("account1"));
        Assert.Contains("UTF-8", Assert.Single(_log.Of(4062)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_nobody_watches_any_more_is_left_alone()
    {
        var file = Open(Accounts("account1"));
        file.Dispose();

        Write(Accounts("account2"));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(file.Rules.Find("account2"));
    }

    [Theory]
    [InlineData(null, "plain_acl.yml")]
    [InlineData("accounts:\n- accessKey: a", "line 2")]
    [InlineData("", "empty")]
    public void Without_good_rules_there_is_no_start(string? content, string expected)
    {
        if (content is not null)
        {
            Write(content);
        }

        var problem = Assert.Throws<ConfigurationException>(() => AclFile.Open(_path, _clock, _log.CreateLogger("test")));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    private static string Accounts(params string[] names) =>
        "accounts:\n" + string.Concat(names.Select(name => $"- accessKey: {name}\n  secretKey: 12345678\n"));

    private AclFile Open(string content)
    {
        Write(content);
        var file = AclFile.Open(_path, _clock, _log.CreateLogger("test"));
        file.Watch();
        return file;
    }

    private void Write(string content) => File.WriteAllText(_path, content, new UTF8Encoding(false));
}
