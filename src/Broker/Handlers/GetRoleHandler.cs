using Rocketeer.Broker.Roles;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>ROCKETEER_GET_ROLE 27002: what this broker is, how far its log reaches, and how far its slaves are.</summary>
internal sealed class GetRoleHandler(BrokerRoles roles) : ImmediateHandler
{
    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) => Answer.Json(roles.Status());
}
