using System.Net;
using Rocketeer.Broker.AccessControl;

namespace Rocketeer.Broker.Tests.AccessControl;

public sealed class AclFileReaderTests
{
    private const string Secret = "s3cretOfTheTest";

    private static readonly string Good = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "acl", "plain_acl.yml"));

    [Fact]
    public void The_recorded_file_is_read()
    {
        var rules = AclFileReader.Read(Good, "plain_acl.yml");

        Assert.Equal((2, 1), (rules.AccountCount, rules.WhiteAddressCount));
        Assert.True(rules.Trusts(IPAddress.Parse("10.10.103.7")));
        Assert.False(rules.Trusts(IPAddress.Loopback));
        var account = rules.Find("RocketMQ")!;
        Assert.False(account.IsAdmin);
        Assert.False(account.May(ResourceKind.Topic, "topicA", Rights.Pub));
        Assert.True(account.May(ResourceKind.Topic, "topicB", Rights.Pub));
        Assert.True(account.May(ResourceKind.Topic, "topicB", Rights.Sub));
        Assert.False(account.May(ResourceKind.Topic, "topicC", Rights.Pub));
        Assert.True(account.May(ResourceKind.Topic, "topicC", Rights.Any));
        Assert.False(account.May(ResourceKind.Topic, "unlisted", Rights.Sub)); // defaultTopicPerm: DENY
        Assert.False(account.May(ResourceKind.Group, "groupA", Rights.Sub));
        Assert.True(account.May(ResourceKind.Group, "unlisted", Rights.Sub)); // defaultGroupPerm: SUB
        Assert.False(account.May(ResourceKind.Group, "unlisted", Rights.Pub));
        Assert.True(account.May(ResourceKind.Topic, "%RETRY%groupC", Rights.Sub)); // the retry topic is the group
        Assert.False(account.May(ResourceKind.Topic, "%RETRY%groupC", Rights.Pub));
        Assert.True(rules.Find("rocketmq2")!.May(ResourceKind.Topic, "topicA", Rights.Pub));
        Assert.Null(rules.Find("rocketmq"));
    }

    [Fact]
    public void An_account_without_lists_has_its_defaults_and_missing_defaults_deny()
    {
        var rules = AclFileReader.Read(
            "accounts:\n- accessKey: 'account1'\n  secretKey: 12345678\n  defaultTopicPerm: PUB|SUB\n- {accessKey: account2, secretKey: 12345678, topicPerms: ['%RETRY%g=SUB']}\n",
            "f");

        Assert.True(rules.Find("account1")!.May(ResourceKind.Topic, "any", Rights.Pub));
        Assert.False(rules.Find("account1")!.May(ResourceKind.Group, "any", Rights.Sub));
        Assert.False(rules.Find("account2")!.May(ResourceKind.Topic, "any", Rights.Pub));
        Assert.True(rules.Find("account2")!.May(ResourceKind.Group, "g", Rights.Sub));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("just text", "no mapping")]
    [InlineData("- a\n- b", "no mapping")]
    [InlineData("account:\n- accessKey: account1", "line 1: unknown key")]
    [InlineData("accounts:\n- accessKey: account1\n  secretkey: " + Secret, "line 3: unknown key")]
    [InlineData("accounts:\n- accessKey: short\n  secretKey: " + Secret, "accessKey has 5 characters")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: s3cret", "secretKey has 6 characters")]
    [InlineData("accounts:\n- accessKey: account1", "line 2: an account has no secretKey")]
    [InlineData("accounts:\n- secretKey: " + Secret, "no accessKey")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: [" + Secret + "]", "line 3: a list")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: *" + Secret, "not valid YAML")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  secretKey: " + Secret, "key occurs twice")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n- accessKey: account1\n  secretKey: " + Secret, "line 4: the accessKey account1 occurs twice")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  admin: maybe", "line 4: admin must be")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  defaultTopicPerm: pub", "line 4: these rights do not exist")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  topicPerms:\n  - topicA", "line 5: an entry of topicPerms")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  groupPerms: a=SUB", "line 4: groupPerms must be a list")]
    [InlineData("accounts:\n- accessKey: account1\n  secretKey: " + Secret + "\n  whiteRemoteAddress: here", "line 4: 'here' is no address")]
    [InlineData("globalWhiteRemoteAddresses:\n- 10.1.2.300", "line 2: '10.1.2.300' is no address")]
    [InlineData("accounts: account1", "line 1: accounts must be a list")]
    [InlineData("accounts:\n- account1", "line 2: an account must be a mapping")]
    [InlineData("accounts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "not valid YAML")]
    [InlineData("accounts:\n- {accessKey: account1, secretKey: \"" + Secret, "not valid YAML")]
    [InlineData("accounts:\n- accessKey: account1\n\tsecretKey: " + Secret, "not valid YAML")]
    public void A_mistake_is_named_with_its_line_and_without_the_secret(string text, string expected)
    {
        var problem = Assert.Throws<AclFormatException>(() => AclFileReader.Read(text, "plain_acl.yml"));

        Assert.StartsWith("plain_acl.yml", problem.Message, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Several_mistakes_are_named_together()
    {
        var problem = Assert.Throws<AclFormatException>(() => AclFileReader.Read(
            "accounts:\n- accessKey: account1\n  secretKey: 12345678\n  admin: 7\n  topicPerms: [a]\nx: 1", "f"));

        Assert.Contains("f, line 4:", problem.Message, StringComparison.Ordinal);
        Assert.Contains("f, line 5:", problem.Message, StringComparison.Ordinal);
        Assert.Contains("f, line 6:", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_does_more_than_be_refused()
    {
        var seed = TestKit.TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = Good.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                text[random.Next(text.Length)] = "\0\t\n:-[]{}*&!|>'\"%@`#,aä\uD800"[random.Next(24)];
            }

            try
            {
                AclFileReader.Read(new string(text), "f");
            }
            catch (AclFormatException refused)
            {
                Assert.DoesNotContain("12345678", refused.Message, StringComparison.Ordinal);
            }
        }
    }
}
