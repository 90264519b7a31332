using System.Globalization;
using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Replication;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Roles;

/// <summary>
/// Who this broker is in its group, and how that changes while it runs: one decision at a time, each with an epoch that must not be older
/// than the one in force (docs/adr/0010-roles-and-epochs.md). Without a decision the role is that of the configuration and nothing is
/// recorded. Thread-safe.
/// </summary>
internal sealed partial class BrokerRoles : IAsyncDisposable
{
    private static readonly TimeSpan LastSyncTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(3);
    private readonly BrokerContext _broker;
    private readonly MetadataSync _metadata;
    private readonly RoleFile _file;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private RoleRecord _record;
    private long _replacedIn; // epoch of the master that took this one's place without its knowing

    /// <summary>Creates it; nothing is followed before <see cref="Start"/>.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="metadata">What a slave has beside its log.</param>
    /// <param name="file">Keeps decisions.</param>
    /// <param name="record">The decision in force, <see langword="null"/> when the configuration counts.</param>
    public BrokerRoles(BrokerContext broker, MetadataSync metadata, RoleFile file, RoleRecord? record)
    {
        _broker = broker;
        _metadata = metadata;
        _file = file;
        _logger = broker.Loggers.CreateLogger<BrokerRoles>();
        _record = record ?? new RoleRecord
        {
            Role = RoleNames.Of(broker.Identity.Role),
            BrokerId = broker.Identity.Id,
            Writable = true,
            MasterHaAddress = broker.Options.Store.HaMasterAddress is { Length: > 0 } configured ? configured : null,
        };
    }

    /// <summary>The decision in force; its epoch is 0 while the configuration counts.</summary>
    public RoleRecord Record => Volatile.Read(ref _record);

    /// <summary>Begins to serve slaves, or to follow a master. When the ports are open, and before the first registration, whose answer says whom.</summary>
    public void Start()
    {
        _broker.Registrar.Answered += Answered;
        _broker.Registrar.Replaced += Replaced;
        if (_broker.Role.IsMaster)
        {
            _broker.Replication.Lead(_broker.Identity.Role == BrokerRole.SyncMaster);
        }
        else
        {
            BeginToFollow();
        }
    }

    /// <summary>
    /// Opens the gate of a master that was appointed before this process started, now that the name servers were told. After the first
    /// registration.
    /// </summary>
    public void Open()
    {
        var record = Record;
        if (_broker.Role.IsMaster && !_broker.Role.MayWrite && record.Writable && !IsReplaced)
        {
            _broker.Role.Change(isMaster: true, record.Epoch, mayWrite: true);
        }
    }

    /// <summary>
    /// Another broker is master by a later decision that did not reach this one. What it stores from now on would be given up, so it stores
    /// nothing until it is told what it is.
    /// </summary>
    private void Replaced(long newerEpoch)
    {
        lock (_followLock)
        {
            var role = _broker.Role;
            if (role.IsMaster && newerEpoch > role.Epoch)
            {
                Volatile.Write(ref _replacedIn, newerEpoch);
                role.Change(isMaster: true, role.Epoch, mayWrite: false);
                _logger.MasterReplaced(_broker.Identity.Name, newerEpoch, role.Epoch);
            }
        }
    }

    /// <summary>Carries out a decision; completes when it is in force, recorded and announced.</summary>
    /// <param name="change">The decision.</param>
    /// <param name="cancellationToken">Gives up before the change began.</param>
    /// <returns>Why it is not carried out, in a sentence, or <see langword="null"/>.</returns>
    public async Task<string?> ChangeAsync(RoleChange change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (ProblemOf(change) is { } problem)
            {
                return problem;
            }

            // A change that began is brought to an end, whoever waits for it.
            return change.Role == BrokerRole.Slave ? await DemoteAsync(change) : await PromoteAsync(change);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            return $"The role could not be changed: {e.Message}";
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _broker.Registrar.Answered -= Answered;
        _broker.Registrar.Replaced -= Replaced;
        await StopFollowingAsync();
        await _metadata.DisposeAsync();
    }

    private bool IsReplaced => _broker.Role.IsMaster && Volatile.Read(ref _replacedIn) > _broker.Role.Epoch;

    private string? ProblemOf(RoleChange change)
    {
        var record = Record;
        var toMaster = change.Role != BrokerRole.Slave;
        if (change.Epoch < 1)
        {
            return $"epoch={change.Epoch} is not above 0; number your decisions from 1 on.";
        }

        if (change.Epoch < record.Epoch)
        {
            return $"Epoch {change.Epoch} is over: this broker is {record.Role} of epoch {record.Epoch}; decide anew with a higher one.";
        }

        if (change.Epoch == record.Epoch && toMaster != _broker.Role.IsMaster)
        {
            return $"Epoch {change.Epoch} made this broker {record.Role}; another role needs a higher epoch.";
        }

        if (toMaster)
        {
            return Volatile.Read(ref _replacedIn) is var newer && newer >= change.Epoch
                ? $"Epoch {newer} has made another broker the master of this group; decide anew with a higher one."
                : change.BrokerId is > 0 ? $"A master has the broker id 0, not {change.BrokerId}."
                : _broker.Store.Failure is { } failure ? $"The store has failed and takes no more messages: {failure.Message}"
                : null;
        }

        return (change.BrokerId ?? _broker.Identity.Id) < 1 ? "A slave needs a brokerId above 0."
            : change.MasterHaAddress is { } address && !IsAddress(address) ? $"masterHaAddress={address} is not host:port."
            : change.MasterHaAddress == _broker.Identity.HaAddress ? $"masterHaAddress={change.MasterHaAddress} is this broker itself."
            : null;
    }

    private static bool IsAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
    }
}
