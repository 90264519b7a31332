using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Registration;

/// <summary>What one name server is told. Every link goes its own way, so that a slow or dead name server delays no other one.</summary>
internal sealed class NameServerLink(
    string address, BrokerIdentity identity, BrokerOptions options, RemotingClient client, ILogger logger)
{
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(3);
    private volatile bool _registered;
    private volatile bool _told;
    private int _busy;
    private long _newerEpoch;

    /// <summary>The name server.</summary>
    public string Address { get; } = address;

    /// <summary>True while its last answer to a registration was success.</summary>
    public bool IsRegistered => _registered;

    /// <summary>The latest epoch of this broker group by which it refused this broker as a master; 0 when it never did.</summary>
    public long NewerEpoch { get => Volatile.Read(ref _newerEpoch); private set => Volatile.Write(ref _newerEpoch, value); }

    /// <summary>Registers and waits for the answer.</summary>
    /// <param name="registration">The body.</param>
    /// <param name="cancellationToken">Fires when the broker stops.</param>
    /// <returns>The answer, or <see langword="null"/> when there was none; the reason is logged.</returns>
    public async Task<RegistrationAnswer?> RegisterAsync(Registration registration, CancellationToken cancellationToken)
    {
        try
        {
            _told = true;
            var timeout = TimeSpan.FromMilliseconds(options.RegisterBrokerTimeoutMills);
            var answer = await client.InvokeAsync(Address, registration.ToRequest(identity), timeout, cancellationToken);
            if (answer.ResponseCode != ResponseCode.Success)
            {
                _registered = false;
                logger.RegistrationRefused(Address, answer.Code, answer.Remark);
                NewerEpoch = Math.Max(NewerEpoch, answer.ReadHeader<RegisterBrokerResponseHeader>().NewerEpoch);
                return null;
            }

            if (!_registered)
            {
                logger.Registered(Address);
            }

            _registered = true;
            return RegistrationAnswer.Read(answer);
        }
        catch (Exception e) when (e is RemotingException or BodyFormatException or InvalidHeaderException)
        {
            _registered = false;
            logger.NotRegistered(Address, options.RegisterNameServerPeriod / 1000, e.Message);
            return null;
        }
    }

    /// <summary>Registers unless the last attempt still runs: a name server that does not answer gets no pile of attempts.</summary>
    public async Task<RegistrationAnswer?> RegisterUnlessBusyAsync(Registration registration, bool force, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _busy, 1) == 1)
        {
            return null;
        }

        try
        {
            return force || await NeedsRegistrationAsync(registration, cancellationToken)
                ? await RegisterAsync(registration, cancellationToken)
                : null;
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Registers without waiting for an answer.</summary>
    public async Task AnnounceAsync(Registration registration, CancellationToken cancellationToken)
    {
        try
        {
            var timeout = TimeSpan.FromMilliseconds(options.RegisterBrokerTimeoutMills);
            await client.SendOneWayAsync(Address, registration.ToRequest(identity), timeout, cancellationToken);
        }
        catch (RemotingException e)
        {
            logger.NotRegistered(Address, options.RegisterNameServerPeriod / 1000, e.Message);
        }
    }

    /// <summary>Says that this broker leaves, or leaves an id, if it ever said that it came.</summary>
    public async Task UnregisterAsync(long brokerId, CancellationToken cancellationToken)
    {
        if (!_told)
        {
            return;
        }

        try
        {
            var request = RemotingCommand.Request(RequestCode.UnregisterBroker, new UnregisterBrokerRequestHeader
            {
                BrokerName = identity.Name,
                BrokerAddr = identity.Address,
                ClusterName = identity.ClusterName,
                BrokerId = brokerId,
            });
            await client.InvokeAsync(Address, request, UnregisterTimeout, cancellationToken);
        }
        catch (RemotingException e)
        {
            logger.NotUnregistered(Address, e.Message);
        }
    }

    private async Task<bool> NeedsRegistrationAsync(Registration registration, CancellationToken cancellationToken)
    {
        try
        {
            var request = RemotingCommand.Request(
                RequestCode.QueryDataVersion,
                new QueryDataVersionRequestHeader
                {
                    BrokerName = identity.Name,
                    BrokerAddr = identity.Address,
                    ClusterName = identity.ClusterName,
                    BrokerId = identity.Id,
                },
                BodyJson.Serialize(registration.Version));
            var timeout = TimeSpan.FromMilliseconds(options.RegisterBrokerTimeoutMills);
            var answer = await client.InvokeAsync(Address, request, timeout, cancellationToken);
            return answer.ResponseCode != ResponseCode.Success
                || answer.ReadHeader<QueryDataVersionResponseHeader>().Changed
                || answer.Body.IsEmpty
                || BodyJson.Deserialize<DataVersion>(answer.Body.Span) != registration.Version;
        }
        catch (Exception e) when (e is RemotingException or BodyFormatException or InvalidHeaderException)
        {
            // It cannot say what it knows: registering is the attempt that counts, and reports its own failure.
            return true;
        }
    }
}
