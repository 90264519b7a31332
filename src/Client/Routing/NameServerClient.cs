using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Client.Routing;

/// <summary>
/// Talks to one name server at a time: the same one as long as it answers, the next one of the shuffled list when it does not
/// (reference: protocol-remoting.md section 10.4). Thread-safe.
/// </summary>
internal sealed class NameServerClient
{
    private readonly RemotingClient _remoting;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly string[] _servers;
    private int _chosen;

    public NameServerClient(RemotingClient remoting, IEnumerable<string> servers, TimeSpan timeout, ILogger logger)
    {
        _remoting = remoting;
        _timeout = timeout;
        _logger = logger;
        _servers = [.. servers.Distinct(StringComparer.Ordinal)];

        // Clients that start with the same list must not all choose the same server.
        Random.Shared.Shuffle(_servers);
    }

    /// <summary>All servers, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Servers => _servers;

    /// <summary>Asks one server after the other until one answers, whatever the code of its answer.</summary>
    /// <exception cref="NameServerUnavailableException">None answered; each was tried once.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(Func<RemotingCommand> request, CancellationToken cancellationToken) =>
        InvokeUntilAsync(request, static _ => true, cancellationToken);

    /// <summary>
    /// As <see cref="InvokeAsync"/>, but an answer that does not satisfy makes it ask the next server too. A name server that has just
    /// started knows nothing until the brokers report again, so its "no such topic" alone is not believed.
    /// </summary>
    /// <returns>The first answer that satisfies, else the first answer.</returns>
    /// <exception cref="NameServerUnavailableException">None answered; each was tried once.</exception>
    public async ValueTask<RemotingCommand> InvokeUntilAsync(
        Func<RemotingCommand> request, Func<RemotingCommand, bool> satisfies, CancellationToken cancellationToken)
    {
        var first = Volatile.Read(ref _chosen);
        RemotingCommand? refused = null;
        RemotingException? failure = null;
        for (var tried = 0; tried < _servers.Length; tried++)
        {
            var index = (first + tried) % _servers.Length;
            try
            {
                var answer = await _remoting.InvokeAsync(_servers[index], request(), _timeout, cancellationToken).ConfigureAwait(false);
                if (satisfies(answer))
                {
                    Volatile.Write(ref _chosen, index);
                    return answer;
                }

                refused ??= answer;
            }
            catch (RemotingException notAnswered)
            {
                failure = notAnswered;
                _logger.NameServerFailed(notAnswered, _servers[index]);
            }
        }

        return refused ?? throw new NameServerUnavailableException(
            $"None of the name servers {string.Join(';', _servers)} answered; {Advice(failure)}.", failure);
    }

    /// <summary>Sends a request to every server, as changes of their configuration must.</summary>
    /// <exception cref="BrokerRejectedException">One of them refused.</exception>
    /// <exception cref="NameServerUnavailableException">One of them did not answer.</exception>
    public async Task<IReadOnlyList<RemotingCommand>> InvokeAllAsync(Func<RemotingCommand> request, CancellationToken cancellationToken)
    {
        var answers = new List<RemotingCommand>(_servers.Length);
        foreach (var server in _servers)
        {
            try
            {
                var answer = await _remoting.InvokeAsync(server, request(), _timeout, cancellationToken).ConfigureAwait(false);
                if (answer.ResponseCode != ResponseCode.Success)
                {
                    throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, server);
                }

                answers.Add(answer);
            }
            catch (RemotingException failure)
            {
                throw new NameServerUnavailableException($"The name server {server} did not answer; others may have the change already.", failure);
            }
        }

        return answers;
    }

    /// <summary>A server that is there and not trusted is another matter than one that is not there.</summary>
    private static string Advice(RemotingException? failure) => failure?.InnerException is AuthenticationException
        ? $"the last failure: {failure.Message.TrimEnd('.')}"
        : "check the addresses and that one of them runs";
}
