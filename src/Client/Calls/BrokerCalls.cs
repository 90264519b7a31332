using System.Globalization;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Client.Calls;

/// <summary>Requests to brokers by address, with the client's own exceptions instead of those of the connections. Thread-safe.</summary>
internal sealed class BrokerCalls(RemotingClient remoting, bool useVipChannel)
{
    private static readonly AnswerReader ReadSendAnswer = static (in CommandView answer) => answer.ToCommand<SendAnswer>();

    /// <summary>The port that sends and queries use, if the VIP channel is on: two below the broker's own.</summary>
    public string Vip(string address)
    {
        if (!useVipChannel)
        {
            return address;
        }

        var colon = address.LastIndexOf(':');
        if (!int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return address; // whoever connects says what is wrong with it
        }

        return string.Create(CultureInfo.InvariantCulture, $"{address.AsSpan(0, colon)}:{port - 2}");
    }

    /// <summary>Sends a request and waits for the answer, whatever its code.</summary>
    /// <exception cref="BrokerUnreachableException">No connection, or it broke.</exception>
    /// <exception cref="RequestTimeoutException">No answer in time.</exception>
    /// <exception cref="ClientOverloadedException">Too many requests in flight.</exception>
    public async ValueTask<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await remoting.InvokeAsync(address, request, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingException failure)
        {
            throw Translate(failure, address, request);
        }
    }

    /// <summary>
    /// The lean form of <see cref="InvokeAsync"/> for sends: the answer has a typed header and no other fields. Fails with the exceptions of
    /// the connections; the caller has a frame of its own to <see cref="Translate"/> them in.
    /// </summary>
    /// <exception cref="RemotingException">One of its leaves.</exception>
    public ValueTask<RemotingCommand> SendAsync(string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) =>
        remoting.InvokeAsync(address, request, ReadSendAnswer, timeout, cancellationToken);

    /// <summary>Sends a request and waits for the answer, which must be SUCCESS.</summary>
    /// <exception cref="BrokerRejectedException">It is not.</exception>
    /// <exception cref="RocketeerException">Other leaves as <see cref="InvokeAsync"/>.</exception>
    public async ValueTask<RemotingCommand> InvokeExpectingSuccessAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await InvokeAsync(address, request, timeout, cancellationToken).ConfigureAwait(false);
        return answer.ResponseCode == ResponseCode.Success
            ? answer
            : throw new BrokerRejectedException(answer.ResponseCode, answer.Remark, address);
    }

    /// <summary>Sends a request that wants no answer; completes when it is handed to the connection.</summary>
    /// <exception cref="RocketeerException">As <see cref="InvokeAsync"/>.</exception>
    public async ValueTask SendOneWayAsync(string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await remoting.SendOneWayAsync(address, request, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingException failure)
        {
            throw Translate(failure, address, request);
        }
    }

    /// <summary>The client's exception for a failure of a connection.</summary>
    public static RocketeerException Translate(RemotingException failure, string address, RemotingCommand request)
    {
        var what = (RequestCode)request.Code;
        return failure switch
        {
            RemotingTimeoutException => new RequestTimeoutException($"{address} did not answer {what} in time; it may have been served.", failure),
            RemotingTooManyRequestsException => new ClientOverloadedException(
                $"{what} was not sent to {address}, because too many requests are in flight; send less at once.", failure),
            RemotingConnectException => new BrokerUnreachableException($"No connection to {address} could be made for {what}.", failure),
            _ => new BrokerUnreachableException($"The connection to {address} broke before {what} was answered; it may have been served.", failure),
        };
    }
}
