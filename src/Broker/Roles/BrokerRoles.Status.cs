using Rocketeer.Broker.Replication;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Roles;

// What others are told.
internal sealed partial class BrokerRoles
{
    /// <summary>What this broker is and how far it is. Numbers that move are read one after the other.</summary>
    public BrokerRoleStatus Status()
    {
        var record = Record;
        var store = _broker.Store;
        var isMaster = _broker.Role.IsMaster;
        var replication = _broker.Replication.Status;
        return new BrokerRoleStatus
        {
            BrokerName = _broker.Identity.Name,
            BrokerId = _broker.Identity.Id,
            Role = record.Role,
            Epoch = record.Epoch,
            Writable = store.IsWriteable,
            MinOffset = store.CommitLogMinOffset,
            ConfirmedOffset = isMaster ? replication.ConfirmedOffset : store.CommitLogMaxOffset,
            FlushedOffset = store.CommitLogFlushedOffset,
            MaxOffset = store.CommitLogMaxOffset,
            DispatchBehindBytes = store.DispatchBehindBytes,
            MasterHaAddress = replication.Master?.Address,
            Following = replication.Master?.State == FollowState.Following,
            Diverged = replication.Master?.IsDiverged == true,
            Problem = store.Failure?.Message
                ?? replication.Master?.Problem
                ?? (IsReplaced ? $"Replaced in epoch {Volatile.Read(ref _replacedIn)}: takes no messages until it is told its role." : null),
            Slaves =
            [
                .. replication.Slaves.Select(slave => new SlaveStatus
                {
                    Address = slave.Address, State = StateOf(slave.State), AckOffset = slave.AckedOffset, BehindBytes = slave.LagBytes,
                }),
            ],
            Epochs = [.. record.Epochs.Select(epoch => new EpochStart { Epoch = epoch.Epoch, StartOffset = epoch.StartOffset })],
        };
    }

    private static string StateOf(SlaveState state) => state switch
    {
        SlaveState.InSync => "IN_SYNC",
        SlaveState.CatchingUp => "CATCHING_UP",
        SlaveState.FarBehind => "FAR_BEHIND",
        SlaveState.OutOfReach => "OUT_OF_REACH",
        _ => "SILENT",
    };
}
