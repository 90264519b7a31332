using Rocketeer.Broker.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Roles;

// The two ways of a change. Their order is the point: the gate closes first and opens last.
internal sealed partial class BrokerRoles
{
    private async Task<string?> PromoteAsync(RoleChange change)
    {
        var role = _broker.Role;
        var store = _broker.Store;
        var wasMaster = role.IsMaster;
        if (!wasMaster)
        {
            await TakeLastMetadataAsync();
            await StopFollowingAsync();
            try
            {
                await _broker.Replication.PrepareToLeadAsync(CancellationToken.None);
            }
            catch (StoreException)
            {
                BeginToFollow();
                throw;
            }
        }

        var end = store.CommitLogMaxOffset;
        if (end < change.ExpectedMinOffset)
        {
            if (!wasMaster)
            {
                BeginToFollow();
            }

            return $"The log of this broker ends at {end}, before the {change.ExpectedMinOffset} that is expected; take a slave that has more.";
        }

        var record = Record;
        var oldId = record.BrokerId;
        var epochs = record.Epoch == change.Epoch ? record.Epochs : [.. record.Epochs, new RoleEpoch(change.Epoch, end)];
        try
        {
            Keep(new RoleRecord
            {
                Role = RoleNames.Of(change.Role),
                Epoch = change.Epoch,
                BrokerId = 0,
                Writable = change.Writable,
                Epochs = [.. epochs.TakeLast(RoleRecord.MostEpochs)],
            });
        }
        catch when (!wasMaster)
        {
            BeginToFollow();
            throw;
        }

        _broker.Identity.Becomes(change.Role, 0, change.Epoch);
        if (!wasMaster)
        {
            role.Change(isMaster: true, change.Epoch, mayWrite: false);
        }

        if (record.Epoch != change.Epoch)
        {
            await AnnounceAsync(oldId);
        }

        // Slaves first: whoever sends to a SYNC_MASTER waits for one.
        _broker.Replication.Lead(change.Role == BrokerRole.SyncMaster);
        role.Change(isMaster: true, change.Epoch, change.Writable);
        _logger.BecameMaster(_broker.Identity.Name, Record.Role, change.Epoch, end, change.Writable);
        return null;
    }

    private async Task<string?> DemoteAsync(RoleChange change)
    {
        var role = _broker.Role;
        var oldId = Record.BrokerId;
        var id = change.BrokerId ?? _broker.Identity.Id;
        role.Change(isMaster: false, change.Epoch, mayWrite: false);
        _broker.Store.WaitForAppends();
        await _broker.Replication.StepDownAsync();
        Keep(new RoleRecord
        {
            Role = RoleNames.Of(BrokerRole.Slave),
            Epoch = change.Epoch,
            BrokerId = id,
            MasterHaAddress = change.MasterHaAddress,
            Epochs = Record.Epochs,
        });
        await StopFollowingAsync(); // a slave that gets another master
        _broker.Identity.Becomes(BrokerRole.Slave, id, change.Epoch);
        BeginToFollow();
        await AnnounceAsync(oldId);
        _logger.BecameSlave(_broker.Identity.Name, id, change.Epoch, change.MasterHaAddress ?? "the one that the name servers name");
        return null;
    }

    private void Keep(RoleRecord record)
    {
        _file.Write(record);
        Volatile.Write(ref _record, record);
    }

    /// <summary>What consumers have committed since the last round, if the old master still answers; nobody waits long for one that is gone.</summary>
    private async Task TakeLastMetadataAsync()
    {
        using var patience = new CancellationTokenSource(LastSyncTimeout, _broker.Clock);
        await _metadata.SyncNowAsync(patience.Token);
    }

    /// <summary>The name servers learn the new id, and that the table is another's now; those that do not answer are told every half minute.</summary>
    private async Task AnnounceAsync(long oldId)
    {
        if (_broker.Role.IsMaster)
        {
            _broker.Topics.Touch();
        }

        var announcement = AnnounceNowAsync();
        await Task.WhenAny(announcement, Task.Delay(AnnouncementTimeout, _broker.Clock, CancellationToken.None));

        async Task AnnounceNowAsync()
        {
            if (oldId != _broker.Identity.Id)
            {
                await _broker.Registrar.LeaveIdAsync(oldId);
            }

            await _broker.Registrar.RegisterAgainAsync();
        }
    }
}
