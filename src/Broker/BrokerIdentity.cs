using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker;

/// <summary>
/// Who this broker is. Taken from the settings at the start and not changed by request 25, which needs a restart for these; id and role
/// are changed by <see cref="Roles.BrokerRoles"/>.
/// </summary>
internal sealed class BrokerIdentity
{
    private readonly string _clientHost;
    private readonly string _replicaHost;
    private readonly IPAddress _storeHost;
    private volatile Place _place;

    /// <summary>Takes the identity from the settings.</summary>
    /// <exception cref="ConfigurationException">brokerIP1 is a name that has no IPv4 address.</exception>
    public BrokerIdentity(BrokerOptions options)
    {
        Name = options.BrokerName;
        ClusterName = options.BrokerClusterName;
        _place = new Place(options.Store.BrokerRole, options.BrokerId, 0);
        _clientHost = options.BrokerIP1;
        _replicaHost = options.BrokerIP2;
        _storeHost = Resolve(options.BrokerIP1);
    }

    /// <summary>Name of the broker group.</summary>
    public string Name { get; }

    /// <summary>Name of the cluster.</summary>
    public string ClusterName { get; }

    /// <summary>0 for the master, more for a slave.</summary>
    public long Id => _place.Id;

    /// <summary>Number of the decision that gave the role; 0 when the settings did.</summary>
    public long Epoch => _place.Epoch;

    /// <summary>The role in force; whether messages are taken is <see cref="Storage.StoreRole"/>'s answer.</summary>
    public BrokerRole Role => _place.Role;

    /// <summary>Address that clients use, <c>host:port</c>. Known once the port is open.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Address that slaves use, <c>host:port</c>. Known once the port is open.</summary>
    public string HaAddress { get; private set; } = "";

    /// <summary>Address that records and offset message ids carry. Known once the port is open.</summary>
    public HostAddress StoreHost { get; private set; }

    /// <summary>The ports are open.</summary>
    internal void ListensOn(int port, int haPort)
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"{_clientHost}:{port}");
        HaAddress = string.Create(CultureInfo.InvariantCulture, $"{_replicaHost}:{haPort}");
        StoreHost = HostAddress.From(new IPEndPoint(_storeHost, port));
    }

    /// <summary>The role changed, and the id with it.</summary>
    internal void Becomes(BrokerRole role, long id, long epoch) => _place = new Place(role, id, epoch);

    private static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork)[0];
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new ConfigurationException($"brokerIP1={host} is neither an IP address nor a name that has one.", e);
        }
    }

    private sealed record Place(BrokerRole Role, long Id, long Epoch);
}
