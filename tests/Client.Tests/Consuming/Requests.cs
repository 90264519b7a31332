using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Consuming;

/// <summary>Requests as they arrive from a broker.</summary>
internal static class Requests
{
    public static RemotingCommand Reset(MessageQueue queue, long offset) => Of(
        RequestCode.ResetConsumerClientOffset,
        [("topic", queue.Topic), ("group", "g"), ("timestamp", "0"), ("isForce", "true")],
        BodyJson.Serialize(new ResetOffsetBody { OffsetTable = { [queue] = offset } }));

    public static RemotingCommand Of(RequestCode code, (string Name, string Value)[] fields, byte[]? body = null) => new()
    {
        Code = (int)code, ExtFields = fields.ToDictionary(field => field.Name, field => field.Value), Body = body ?? [],
    };

    public static ConsumerRunningInfo RunningInfo(Func<RemotingCommand, ValueTask<RemotingCommand?>> ask)
    {
        var answer = ask(Of(RequestCode.GetConsumerRunningInfo, [("consumerGroup", "g"), ("clientId", "c0")])).AsTask().GetAwaiter().GetResult();
        return BodyJson.Deserialize<ConsumerRunningInfo>(answer!.Body.Span);
    }
}
