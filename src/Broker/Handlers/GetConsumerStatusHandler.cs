using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// INVOKE_BROKER_TO_GET_CONSUMER_STATUS 223: asks the clients of a group (221) how far they are; those that do not answer are left out.
/// </summary>
internal sealed class GetConsumerStatusHandler(BrokerContext broker) : IAsyncRequestHandler
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<GetConsumerStatusRequestHeader>();
        if (broker.Consumers.Find(header.Group) is not { Clients.Count: > 0 } group)
        {
            return Answer.Error($"the consumer group[{header.Group}] not online");
        }

        var answers = await Task.WhenAll(group.Clients
            .Where(client => string.IsNullOrEmpty(header.ClientAddr) || client.ClientId == header.ClientAddr)
            .Select(async client => (client.ClientId, Offsets: await AskAsync(client.Connection, header, cancellationToken))));
        var body = new GetConsumerStatusBody();
        foreach (var (clientId, offsets) in answers)
        {
            if (offsets is not null)
            {
                body.ConsumerTable[clientId] = offsets;
            }
        }

        return Answer.Json(body);
    }

    private static async Task<Dictionary<MessageQueue, long>?> AskAsync(
        RemotingConnection client, GetConsumerStatusRequestHeader header, CancellationToken cancellationToken)
    {
        try
        {
            var question = RemotingCommand.Request(RequestCode.GetConsumerStatusFromClient, header);
            var answer = await client.InvokeAsync(question, Timeout, cancellationToken);
            return answer.ResponseCode == ResponseCode.Success && !answer.Body.IsEmpty
                ? BodyJson.Deserialize<GetConsumerStatusBody>(answer.Body.Span).MessageQueueTable
                : null;
        }
        catch (Exception e) when (e is RemotingException or BodyFormatException)
        {
            return null; // as if it had not been asked: the others' answers count
        }
    }
}
