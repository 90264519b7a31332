using Rocketeer.Broker.Configuration;

namespace Rocketeer.Broker.Roles;

/// <summary>The roles by the names that the original's configuration has.</summary>
internal static class RoleNames
{
    /// <summary>Name of a role.</summary>
    public static string Of(BrokerRole role) => role switch
    {
        BrokerRole.SyncMaster => "SYNC_MASTER",
        BrokerRole.Slave => "SLAVE",
        _ => "ASYNC_MASTER",
    };

    /// <summary>Role of a name.</summary>
    public static bool TryParse(string? name, out BrokerRole role)
    {
        (role, var known) = name switch
        {
            "ASYNC_MASTER" => (BrokerRole.AsyncMaster, true),
            "SYNC_MASTER" => (BrokerRole.SyncMaster, true),
            "SLAVE" => (BrokerRole.Slave, true),
            _ => (default, false),
        };
        return known;
    }
}
