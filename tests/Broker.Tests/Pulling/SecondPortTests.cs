using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.Pulling;

/// <summary>The port two below: it serves what the first one serves, pulls included, which the original drops there.</summary>
public sealed class SecondPortTests
{
    [Fact]
    public async Task A_pull_on_the_second_port_is_served()
    {
        await using var broker = await TestBroker.StartAsync(golden: true);
        var pull = RemotingCommand.Request(RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = "GID_A", Topic = "GoldenA", QueueId = 0, QueueOffset = 0, MaxMsgNums = 3, SysFlag = 4, Subscription = "*",
        });

        var answer = await broker.NewClient().InvokeAsync(
            $"127.0.0.1:{broker.App.VipEndPoint.Port}", pull, TestBroker.Patience, TestContext.Current.CancellationToken);

        Assert.Equal((ResponseCode.Success, 3), (answer.ResponseCode, MessageDecoder.DecodeAll(answer.Body).Count));
    }
}
