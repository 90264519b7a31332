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
    /// <summary>Keys that a remark names at most.</summary>
    private const int MostNamed = 20;

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

        return RemotingCommand.Response(ResponseCode.Success, Remark(update));
    }

    /// <summary>What the administrator should know beyond success; <see langword="null"/> when everything has its effect already.</summary>
    private string? Remark(PropertyUpdate update)
    {
        var sentences = new List<string>();
        Say(update.NextStart, "read at the start, so these count from the next one on");
        Say(update.Changed.Intersect(broker.Options.Accepted.WithoutEffect(), StringComparer.Ordinal), "known, but without effect here");
        Say(update.Unknown, "unknown keys were ignored");
        return sentences.Count == 0 ? null : string.Join("; ", sentences);

        void Say(IEnumerable<string> keys, string what)
        {
            var all = keys.ToList();
            if (all.Count > 0)
            {
                var more = all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "";
                sentences.Add($"{what}: {string.Join(", ", all.Take(MostNamed))}{more}");
            }
        }
    }
}
