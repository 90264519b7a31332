using System.Globalization;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>Passes an administrator's question on to a consumer, and the consumer's answer back (requests 307 and 309).</summary>
internal static class ConsumerCalls
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Asks one client of a group.</summary>
    public static async ValueTask<RemotingCommand?> ForwardAsync(
        BrokerContext broker, RemotingCommand request, string group, string? clientId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (clientId is null || broker.Consumers.Find(group)?.Client(clientId) is not { } client)
        {
            return Answer.Error($"The Consumer <{group}> <{clientId}> not online");
        }

        if (client.Version < MqVersion.V3_1_8_Snapshot)
        {
            return Answer.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"The Consumer <{clientId}> Version <{client.Version}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT"));
        }

        try
        {
            var forwarded = new RemotingCommand { Code = request.Code, ExtFields = request.ExtFields, Body = body };
            var answer = await client.Connection.InvokeAsync(forwarded, Timeout, cancellationToken);
            return new RemotingCommand
            {
                Code = answer.Code, Flags = CommandFlags.Response, Remark = answer.Remark, ExtFields = answer.ExtFields, Body = answer.Body,
            };
        }
        catch (RemotingTimeoutException e)
        {
            return Answer.Failure(ResponseCode.ConsumeMsgTimeout, $"consumer <{group}> <{clientId}> Timeout: {e.Message}");
        }
        catch (RemotingException e)
        {
            return Answer.Error($"invoke consumer <{group}> <{clientId}> Exception: {e.Message}");
        }
    }
}
