using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.TestKit;

namespace Rocketeer.Broker.Tests.Configuration;

/// <summary>Settings of a running broker: requests 25 and 26.</summary>
public sealed class RuntimeSettingsTests
{
    [Fact]
    public async Task Settings_are_listed_changed_and_saved()
    {
        await using var broker = await TestBroker.StartAsync();

        var changed = await broker.AskAsync(RequestCode.UpdateBrokerConfig, body: "shortPollingTimeMills=77\nnoSuchKey=1"u8.ToArray());
        var listed = await broker.AskAsync(RequestCode.GetBrokerConfig);

        Assert.Equal(ResponseCode.Success, changed.ResponseCode);
        Assert.Contains("noSuchKey", changed.Remark, StringComparison.Ordinal);
        Assert.Equal(77, broker.Context.Options.ShortPollingTimeMills);
        Assert.Contains("shortPollingTimeMills=77\n", Encoding.UTF8.GetString(listed.Body.Span), StringComparison.Ordinal);
        var version = BodyJson.Deserialize<DataVersion>(Encoding.UTF8.GetBytes(listed.ReadHeader<GetBrokerConfigResponseHeader>().Version!));
        Assert.Equal(1, version.Counter);
    }

    [Fact]
    public async Task Changed_settings_are_written_to_the_file_that_the_broker_was_started_with()
    {
        using var directory = new TempDirectory();
        var file = directory["broker.conf"];
        var options = TestBroker.Options(directory["store"]);
        await using var broker = await BrokerApp.StartAsync(
            options, new PropertyBinder(options.Parts), file, TimeProvider.System, NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);

        broker.Context.Configuration.Update("fileReservedTime=12"u8);

        Assert.Equal("12", PropertyFile.Read(file)["fileReservedTime"]);
    }

    [Theory]
    [InlineData("shortPollingTimeMills=fast")]
    [InlineData("brokerPermission=77")]
    [InlineData("shortPollingTimeMills")]
    [InlineData("shortPollingTimeMills=5\nlongPollingEnable=perhaps")]
    [InlineData("shortPollingTimeMills=5\nmessageDelayLevel=1s soon")]
    [InlineData("shortPollingTimeMills=5\nbrokerName=")]
    [InlineData("shortPollingTimeMills=5\nbrokerRole=SLAVE")]
    [InlineData("shortPollingTimeMills=5\nnamesrvAddr=nowhere")]
    [InlineData("shortPollingTimeMills=99999999999999999999")]
    [InlineData("shortPollingTimeMills=-1")]
    [InlineData("waitTimeMillsInSendQueue=9223372036854775807")]
    [InlineData("brokerRole=KING")]
    public async Task A_setting_that_is_not_allowed_changes_nothing(string properties)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(RequestCode.UpdateBrokerConfig, body: Encoding.UTF8.GetBytes(properties));

        Assert.Equal(ResponseCode.SystemError, answer.ResponseCode);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        Assert.Equal(1000, broker.Context.Options.ShortPollingTimeMills);
        Assert.Equal(("broker-a", ""), (broker.Context.Options.BrokerName, broker.Context.Options.NamesrvAddr));
        Assert.Equal(0, broker.Context.Configuration.Version.Counter);
    }

    [Fact]
    public async Task What_is_read_at_the_start_or_has_no_effect_is_told_with_a_sentence()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(
            RequestCode.UpdateBrokerConfig,
            body: "fileReservedTime=12\nlistenPort=12345\nlongPollingEnable=false\nsendMessageThreadPoolNums=77\nno\tt=1"u8.ToArray());

        Assert.Equal(ResponseCode.Success, answer.ResponseCode);
        Assert.Equal(
            "read at the start, so these count from the next one on: fileReservedTime, listenPort; "
            + "known, but without effect here: sendMessageThreadPoolNums; unknown keys were ignored: no",
            answer.Remark);
        Assert.False(broker.Context.Options.LongPollingEnable);
    }

    [Fact]
    public async Task A_value_that_was_there_before_is_no_change()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(RequestCode.UpdateBrokerConfig, body: "brokerName=broker-a\ntraceOn=true"u8.ToArray());

        Assert.Equal((ResponseCode.Success, null), (answer.ResponseCode, answer.Remark));
    }

    [Fact]
    public async Task Thousands_of_unknown_keys_do_not_make_an_endless_remark()
    {
        await using var broker = await TestBroker.StartAsync();
        var body = string.Join('\n', Enumerable.Range(0, 10_000).Select(i => $"{new string('k', 90)}{i}=1"));

        var answer = await broker.AskAsync(RequestCode.UpdateBrokerConfig, body: Encoding.UTF8.GetBytes(body));

        Assert.EndsWith("and 9980 more", answer.Remark, StringComparison.Ordinal);
        Assert.InRange(answer.Remark!.Length, 1, 3000);
        Assert.DoesNotContain("kkk", broker.Context.Configuration.Format(), StringComparison.Ordinal);
    }
}
