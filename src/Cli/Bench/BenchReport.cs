using System.Text.Json.Serialization;

namespace Rocketeer.Cli.Bench;

/// <summary>What a benchmark measured between warm-up and end.</summary>
internal sealed record BenchReport
{
    /// <summary><c>produce</c> or <c>consume</c>.</summary>
    public required string Kind { get; init; }

    public required string Topic { get; init; }

    /// <summary>Requests that were kept on their way; produce only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? InFlight { get; init; }

    /// <summary>Separate clients, each with a connection of its own to each broker; produce only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Connections { get; init; }

    /// <summary>Messages of one request: sent together, or asked for together.</summary>
    public required int Batch { get; init; }

    /// <summary>The consumer at work, <c>pull</c> or <c>push</c>; consume only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Consumer { get; init; }

    /// <summary>Length of the measurement.</summary>
    public required double Seconds { get; init; }

    public required long Messages { get; init; }

    public required double MessagesPerSecond { get; init; }

    /// <summary>Bytes of bodies, on average.</summary>
    public required double BodyBytes { get; init; }

    /// <summary>Millions of bytes of bodies.</summary>
    public required double MegabytesPerSecond { get; init; }

    /// <summary>
    /// Produce: from the call to the acknowledgement of a request. Consume: from the producer's clock to the arrival here, of messages that
    /// were born during the measurement; <see langword="null"/> if there was none.
    /// </summary>
    public required LatencyFigures? LatencyMicroseconds { get; init; }

    /// <summary>CPU time of this process.</summary>
    public required CpuFigures Cpu { get; init; }

    /// <summary>Managed memory that this process allocated, per message.</summary>
    public required double AllocatedBytesPerMessage { get; init; }

    /// <summary>Messages that failed, by kind of failure.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }
}

/// <summary>Percentiles, in microseconds.</summary>
internal sealed record LatencyFigures(double Mean, long P50, long P99, long P999, long Max);

/// <summary>CPU time: user and system in seconds, and both together per message in microseconds.</summary>
internal sealed record CpuFigures(double UserSeconds, double SystemSeconds, double TotalSeconds, double MicrosecondsPerMessage);
