using Rocketeer.Broker.Registration;
using Rocketeer.Broker.Replication;

namespace Rocketeer.Broker.Roles;

// Whom a slave follows: the master of the decision or of the configuration, else the one that the name servers know.
internal sealed partial class BrokerRoles
{
    private readonly Lock _followLock = new();
    private readonly SemaphoreSlim _replicationTurn = new(1);
    private bool _follows; // under _followLock

    private void BeginToFollow()
    {
        var record = Record;
        lock (_followLock)
        {
            _follows = true;
            if (record.MasterHaAddress is not { } address)
            {
                return; // the next answer of a name server says whom
            }

            _ = FollowLogAsync(address);
            if (record.Epoch > 0 || _broker.Options.NamesrvAddr.Length == 0)
            {
                // Name servers may still know the master that was; the address of the decision leads to the one that is.
                _metadata.Follow(MasterAddress.OfHa(address));
            }
        }
    }

    private async Task StopFollowingAsync()
    {
        lock (_followLock)
        {
            _follows = false;
        }

        await _metadata.StopAsync();
        await _replicationTurn.WaitAsync();
        try
        {
            await _broker.Replication.StopFollowingAsync();
        }
        finally
        {
            _replicationTurn.Release();
        }
    }

    private void Answered(RegistrationAnswer answer)
    {
        var record = Record;
        lock (_followLock)
        {
            if (!_follows)
            {
                return;
            }

            if (record.MasterHaAddress is null && IsOther(answer.HaServerAddress, _broker.Identity.HaAddress))
            {
                _ = FollowLogAsync(answer.HaServerAddress!);
            }

            if ((record.Epoch == 0 || record.MasterHaAddress is null) && IsOther(answer.MasterAddress, _broker.Identity.Address))
            {
                _metadata.Follow(answer.MasterAddress!);
            }
        }
    }

    /// <summary>Answers and decisions come on threads of their own; replication is told one thing after the other.</summary>
    private async Task FollowLogAsync(string address)
    {
        await _replicationTurn.WaitAsync();
        try
        {
            if (StillFollows())
            {
                await _broker.Replication.FollowAsync(address);
            }
        }
        catch (Exception e)
        {
            // Nobody waits for this; the next answer of a name server tries again.
            _logger.NotFollowing(e, address);
        }
        finally
        {
            _replicationTurn.Release();
        }
    }

    private bool StillFollows()
    {
        lock (_followLock)
        {
            return _follows;
        }
    }

    private static bool IsOther(string? address, string own) => !string.IsNullOrEmpty(address) && address != own;
}
