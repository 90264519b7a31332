using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>GET_ALL_DELAY_OFFSET 45: the progress of delayed messages as it was last saved.</summary>
internal sealed class GetAllDelayOffsetHandler(BrokerContext broker) : ImmediateHandler
{
    private readonly string _path = Path.Combine(broker.Options.Store.ConfigDirectory, "delayOffset.json");

    /// <inheritdoc/>
    protected override RemotingCommand Handle(RemotingCommand request, RemotingConnection connection) =>
        Answer.Json(AtomicFile.Read(_path, bytes => BodyJson.Deserialize<DelayOffsetTable>(bytes)).Value ?? new DelayOffsetTable());
}
