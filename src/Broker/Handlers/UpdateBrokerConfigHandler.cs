using Microsoft.Extensions.Logging;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.Handlers;

/// <summary>
/// UPDATE_BROKER_CONFIG 25: all settings of the body are taken, or none when one is not allowed. Those that are read at the start only
/// count from the next one on.
/// </summary>
internal sealed class UpdateBrokerConfigHandler(BrokerContext broker) : IAsyncRequestHandler
{
    private readonly ILogger _logger = broker.Loggers.CreateLogger<UpdateBrokerConfigHandler>();

    /// <inheritdoc/>
    public async ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken)
    {
        PropertyUpdate update;
        try
        {
            update = broker.Configuration.Update(request.Body.Span);
        }
        catch (ConfigurationException e)
        {
            return Answer.Error(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Answer.Error($"the settings are in force, but could not be saved: {e.Message}");
        }

        _logger.SettingsChanged(connection.RemoteAddress, string.Join(", ", update.Changed));
        if (update.Changed.Contains("brokerPermission"))
        {
            broker.Topics.Touch();
            await broker.Registrar.RegisterAsync(force: true);
        }

        return update.Unknown.Count == 0
            ? Answer.Success()
            : RemotingCommand.Response(ResponseCode.Success, $"unknown keys were ignored: {string.Join(", ", update.Unknown)}");
    }
}
