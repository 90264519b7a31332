namespace Rocketeer.Client.Admin;

/// <summary>What one consumer group did with a message.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="State">What it did.</param>
/// <param name="Note">Why it is not known, in one sentence; else <see langword="null"/>.</param>
public sealed record MessageTrack(string Group, ConsumptionState State, string? Note);
