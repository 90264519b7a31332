using Rocketeer.Broker.Configuration;

namespace Rocketeer.Broker.Roles;

/// <summary>A decision about the role of this broker.</summary>
/// <param name="Role">What it is to be.</param>
/// <param name="Epoch">Number of the decision.</param>
/// <param name="BrokerId">Id of a slave; <see langword="null"/> keeps the one it has.</param>
/// <param name="MasterHaAddress">Where a slave gets its log from; <see langword="null"/> leaves it to the name servers.</param>
/// <param name="ExpectedMinOffset">A master's log must reach so far.</param>
/// <param name="Writable">Whether a master takes messages.</param>
internal sealed record RoleChange(
    BrokerRole Role, long Epoch, long? BrokerId, string? MasterHaAddress, long ExpectedMinOffset, bool Writable);
