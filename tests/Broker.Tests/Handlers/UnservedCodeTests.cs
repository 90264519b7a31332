using Rocketeer.Protocol.Commands;

namespace Rocketeer.Broker.Tests.Handlers;

/// <summary>Codes that 4.4.0 defines and no process of it handles.</summary>
public sealed class UnservedCodeTests
{
    [Theory]
    [InlineData(RequestCode.QueryBrokerOffset)]
    [InlineData(RequestCode.GetTopicConfigList)]
    [InlineData(RequestCode.GetTopicNameList)]
    [InlineData(RequestCode.TriggerDeleteFiles)]
    [InlineData(RequestCode.SuspendConsumer)]
    [InlineData(RequestCode.ResumeConsumer)]
    [InlineData(RequestCode.ResetConsumerOffsetInConsumer)]
    [InlineData(RequestCode.ResetConsumerOffsetInBroker)]
    [InlineData(RequestCode.AdjustConsumerThreadPool)]
    [InlineData(RequestCode.WhoConsumeTheMessage)]
    [InlineData(RequestCode.RegisterMessageFilterClass)]
    [InlineData((RequestCode)9999)]
    [InlineData((RequestCode)(-1))]
    public async Task Are_answered_at_once(RequestCode code)
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.AskAsync(code);

        Assert.Equal(
            (ResponseCode.RequestCodeNotSupported, $"request type {(int)code} not supported"), (answer.ResponseCode, answer.Remark));
    }
}
