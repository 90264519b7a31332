using System.Text;
using Microsoft.Extensions.Logging;
using Rocketeer.Hosting;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;

namespace Rocketeer.NameServer.Handlers;

/// <summary>
/// UPDATE_NAMESRV_CONFIG 318: changes known keys and writes the whole configuration to <paramref name="storePath"/>. A value that does
/// not parse is answered, and then nothing is changed; the original skips such values silently.
/// </summary>
internal sealed class UpdateConfigHandler(PropertyBinder binder, string storePath, ILogger<UpdateConfigHandler> logger) : IAsyncRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(
        RemotingCommand request, RemotingConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(
            Update(request, connection.RemoteAddress) is { } problem
                ? RemotingCommand.Response(ResponseCode.SystemError, problem)
                : RemotingCommand.Response(ResponseCode.Success));

    private string? Update(RemotingCommand request, string peer)
    {
        if (request.Body.IsEmpty)
        {
            return null;
        }

        PropertySet wanted;
        try
        {
            wanted = PropertyFile.Parse(request.Body.Span, "The update");
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }

        var update = binder.Update(wanted);
        if (update.Invalid.Count > 0)
        {
            return string.Join(' ', update.Invalid);
        }

        if (update.Unknown.Count > 0)
        {
            logger.ConfigurationUnknownKeys(peer, string.Join(", ", update.Unknown));
        }

        AtomicFile.Write(storePath, Encoding.UTF8.GetBytes(binder.FormatForFile()));
        logger.ConfigurationChanged(peer, string.Join(", ", update.Changed));
        return null;
    }
}
