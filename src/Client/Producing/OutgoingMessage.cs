namespace Rocketeer.Client.Producing;

/// <summary>A request body with everything its header needs, made once per send and used by all its attempts.</summary>
internal readonly record struct OutgoingMessage
{
    public required string Topic { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Properties string; of a batch, the envelope's.</summary>
    public required string Properties { get; init; }

    public int SysFlag { get; init; }

    public int Flag { get; init; }

    /// <summary>The messages of a batch; <see langword="null"/> for a single one.</summary>
    public BatchPart? Batch { get; init; }

    public int ReconsumeTimes { get; init; }

    public int? MaxReconsumeTimes { get; init; }
}
