using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;
using Rocketeer.Remoting;

namespace Rocketeer.Client.Groups;

/// <summary>Hands requests that brokers send to the group they are for (reference: protocol-remoting.md section 7.6).</summary>
internal sealed class BrokerRequestHandler(GroupRegistry groups, ILogger logger) : IAsyncRequestHandler
{
    private static readonly RequestCode[] OfConsumers =
    [
        RequestCode.NotifyConsumerIdsChanged, RequestCode.ResetConsumerClientOffset, RequestCode.GetConsumerStatusFromClient,
        RequestCode.GetConsumerRunningInfo, RequestCode.ConsumeMessageDirectly,
    ];

    /// <summary>Maps all codes that clients serve.</summary>
    public RequestDispatcher Map(RequestDispatcher dispatcher, RequestQueue queue)
    {
        foreach (var code in OfConsumers)
        {
            dispatcher.Map(code, this, queue);
        }

        return dispatcher.Map(RequestCode.CheckTransactionState, this, queue);
    }

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var (role, group) = AddressOf(request);
        if (group is not null && groups.Find(role, group) is { } member)
        {
            return await member.HandleAsync(request, connection, cancellationToken).ConfigureAwait(false);
        }

        logger.RequestForUnknownGroup(connection.RemoteAddress, request.Code, group);
        return RemotingCommand.Response(ResponseCode.SystemError, $"This client has no {role.ToString().ToLowerInvariant()} of group '{group}'.");
    }

    private static (GroupRole Role, string? Group) AddressOf(RemotingCommand request) => (RequestCode)request.Code switch
    {
        RequestCode.CheckTransactionState => (GroupRole.Producer, ProducerOf(request)),
        RequestCode.ResetConsumerClientOffset or RequestCode.GetConsumerStatusFromClient => (GroupRole.Consumer, Field(request, "group")),
        _ => (GroupRole.Consumer, Field(request, "consumerGroup")),
    };

    /// <summary>A check carries the half message as its body; the group that sent it is one of its properties.</summary>
    private static string? ProducerOf(RemotingCommand request)
    {
        var messages = MessageDecoder.DecodeAll(request.Body);
        return messages.Count > 0 ? messages[0].Property(PropertyNames.ProducerGroup) : null;
    }

    private static string? Field(RemotingCommand request, string name) =>
        request.ExtFields is { } fields && fields.TryGetValue(name, out var value) ? value : null;
}
