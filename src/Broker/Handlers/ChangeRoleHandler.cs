using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Roles;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>ROCKETEER_CHANGE_ROLE 27001: gives this broker another role; answered when it is in force, with what the broker is then.</summary>
internal sealed class ChangeRoleHandler(BrokerContext broker, BrokerRoles roles) : IAsyncRequestHandler
{
    private readonly ILogger _logger = broker.Loggers.CreateLogger<ChangeRoleHandler>();

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        var header = request.ReadHeader<ChangeRoleRequestHeader>();
        if (!RoleNames.TryParse(header.Role, out var role))
        {
            return Answer.Error($"role={header.Role} is none of ASYNC_MASTER, SYNC_MASTER and SLAVE.");
        }

        var address = string.IsNullOrEmpty(header.MasterHaAddress) ? null : header.MasterHaAddress;
        var change = new RoleChange(
            role, header.Epoch, header.BrokerId, address, header.ExpectedMinOffset ?? 0, header.Writable ?? true);
        if (await roles.ChangeAsync(change, cancellationToken) is { } problem)
        {
            _logger.RoleChangeRefused(connection.RemoteAddress, header.Role, header.Epoch, problem);
            return Answer.Error(problem);
        }

        return Answer.Json(roles.Status());
    }
}
