using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>A broker answered a send (<c>Pub</c>). Sends that no broker answered leave no record.</summary>
/// <param name="MessageId">Id that producer and consumers share (UNIQ_KEY).</param>
/// <param name="Keys">Keys of the message, separated by spaces, or <see langword="null"/>.</param>
public sealed record SendTrace(string MessageId, string? Keys) : TraceRecord(MessageId, Keys)
{
    /// <summary>When the attempt began, milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Region of the broker.</summary>
    public required string? Region { get; init; }

    /// <summary>Producer group.</summary>
    public required string Group { get; init; }

    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Tag, or <see langword="null"/>.</summary>
    public string? Tag { get; init; }

    /// <summary>Address that the message was sent to.</summary>
    public required string BrokerAddress { get; init; }

    /// <summary>Bytes of the body as sent, so of the compressed one if it was compressed.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>From the beginning of the attempt to the answer, milliseconds.</summary>
    public required TimeSpan Cost { get; init; }

    /// <summary>What kind of message it is.</summary>
    public required TracedMessageKind Kind { get; init; }

    /// <summary>Id that tells where it is stored; <see langword="null"/> from producers older than 4.4.</summary>
    public required string? OffsetMessageId { get; init; }

    /// <summary>True if the broker confirmed the message as its settings ask; false if it is stored, but less safely.</summary>
    public required bool Succeeded { get; init; }

    internal override void AppendTo(StringBuilder text) => new TraceWriter(text, TraceCodec.Send)
        .Field(Time.ToUnixTimeMilliseconds()).Field(Region).Field(Group).Field(Topic).Field(MessageId).Field(Tag).Field(Keys)
        .Field(BrokerAddress).Field(BodyBytes).Field((long)Cost.TotalMilliseconds).Field((int)Kind).Field(OffsetMessageId).Field(Succeeded)
        .End();
}

/// <summary>What kind of message a <see cref="SendTrace"/> tells of; the numbers are sent.</summary>
public enum TracedMessageKind
{
    /// <summary>An ordinary one.</summary>
    Normal = 0,

    /// <summary>The half message of a transaction.</summary>
    Half = 1,

    /// <summary>The end of a transaction; producers of 4.4 do not trace it.</summary>
    Commit = 2,

    /// <summary>A delayed one.</summary>
    Delayed = 3,
}
