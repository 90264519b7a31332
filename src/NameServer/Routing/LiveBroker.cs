namespace Rocketeer.NameServer.Routing;

/// <summary>What is known of one registered broker process.</summary>
/// <param name="HeardAt">Timestamp of the clock at the last sign of life.</param>
/// <param name="Version">Version of the topic table it sent last; <see langword="null"/> when it sent none.</param>
/// <param name="Connection">The connection that registered it last; whoever loses that connection loses the broker.</param>
/// <param name="HaServerAddress">Where it serves replication.</param>
internal sealed record LiveBroker(long HeardAt, TableVersion? Version, object Connection, string HaServerAddress);
