namespace Rocketeer.Protocol.Commands;

/// <summary>
/// Everything in a command header but the extension fields. A value type: the hot path builds one per answer without allocating.
/// </summary>
public readonly record struct CommandEnvelope
{
    /// <summary>Request code of a request, response code of a response. Kept as a number: unknown codes must survive.</summary>
    public required int Code { get; init; }

    /// <summary>Correlation id: chosen by the requester, echoed by the responder. Wraps into negatives.</summary>
    public required int Opaque { get; init; }

    /// <summary>Response and one-way bits.</summary>
    public CommandFlags Flags { get; init; }

    /// <summary>Language of the sender.</summary>
    public LanguageCode Language { get; init; }

    /// <summary>Version ordinal of the sender (<see cref="MqVersion"/>); 0 when it did not say.</summary>
    public int Version { get; init; }

    /// <summary>Error text of a response, <see langword="null"/> when there is none.</summary>
    public string? Remark { get; init; }

    /// <summary>How the header is, or was, laid out.</summary>
    public SerializeType SerializeType { get; init; }

    /// <summary>True when <see cref="CommandFlags.Response"/> is set.</summary>
    public bool IsResponse => (Flags & CommandFlags.Response) != 0;

    /// <summary>True when <see cref="CommandFlags.OneWay"/> is set.</summary>
    public bool IsOneWay => (Flags & CommandFlags.OneWay) != 0;

    /// <summary>The envelope of an answer to this request, in our language and version and in the request's serialization.</summary>
    /// <param name="code">Outcome.</param>
    /// <param name="remark">Error text, or <see langword="null"/>.</param>
    public CommandEnvelope Answer(ResponseCode code, string? remark = null) => new()
    {
        Code = (int)code,
        Opaque = Opaque,
        Flags = CommandFlags.Response,
        Language = LanguageCode.DotNet,
        Version = MqVersion.Current,
        Remark = remark,
        SerializeType = SerializeType,
    };
}
