using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>REGISTER_FILTER_SERVER 301: a filter server works for this broker; the name servers hear of it with the next registration.</summary>
internal sealed class RegisterFilterServerHandler(BrokerContext broker) : ImmediateHandler
{
    private const int LongestAddress = 255;

    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection)
    {
        var address = request.ReadHeader<RegisterFilterServerRequestHeader>().FilterServerAddr;
        if (address.Length is 0 or > LongestAddress || address.Any(char.IsControl))
        {
            return Answer.Error($"the filterServerAddr is empty, longer than {LongestAddress} characters, or has control characters");
        }

        return broker.Registrar.FilterServers.TryRegister(connection, address)
            ? Answer.Success(new RegisterFilterServerResponseHeader { BrokerName = broker.Identity.Name, BrokerId = broker.Identity.Id })
            : Answer.Failure(ResponseCode.SystemBusy, $"this broker has {Registration.FilterServers.Most} filter servers already");
    }
}
