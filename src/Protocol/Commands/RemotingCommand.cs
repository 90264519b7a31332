using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Commands;

/// <summary>
/// A command that owns its memory: what clients send and receive, and what handlers that leave the event loop work on. The hot paths of
/// the broker use <see cref="CommandView"/> and <see cref="CommandEncoder"/> instead. Not thread-safe while it is changed.
/// </summary>
public sealed class RemotingCommand
{
    /// <summary>Request code of a request, response code of a response.</summary>
    public required int Code { get; init; }

    /// <summary>Correlation id. Set by the sender of a request when it is sent.</summary>
    public int Opaque { get; set; }

    /// <summary>Response and one-way bits.</summary>
    public CommandFlags Flags { get; set; }

    /// <summary>Language of the sender.</summary>
    public LanguageCode Language { get; init; } = LanguageCode.DotNet;

    /// <summary>Version ordinal of the sender.</summary>
    public int Version { get; init; } = MqVersion.Current;

    /// <summary>Error text, or <see langword="null"/>.</summary>
    public string? Remark { get; init; }

    /// <summary>How the header was, or will be, laid out.</summary>
    public SerializeType SerializeType { get; set; }

    /// <summary>The typed header of a command that was built here; <see langword="null"/> for one that was received.</summary>
    public ICommandHeader? Header { get; init; }

    /// <summary>Extension fields as received, or such as go beside <see cref="Header"/>; <see langword="null"/> when there are none.</summary>
    public IDictionary<string, string>? ExtFields { get; set; }

    /// <summary>The body; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>True when <see cref="CommandFlags.Response"/> is set.</summary>
    public bool IsResponse => (Flags & CommandFlags.Response) != 0;

    /// <summary>True when <see cref="CommandFlags.OneWay"/> is set.</summary>
    public bool IsOneWay => (Flags & CommandFlags.OneWay) != 0;

    /// <summary>Code as a response code.</summary>
    public ResponseCode ResponseCode => (ResponseCode)Code;

    /// <summary>Builds a request.</summary>
    /// <param name="code">What is asked.</param>
    /// <param name="header">Typed header, or <see langword="null"/>.</param>
    /// <param name="body">Body; the command refers to this memory until it is sent.</param>
    public static RemotingCommand Request(RequestCode code, ICommandHeader? header = null, ReadOnlyMemory<byte> body = default) =>
        new() { Code = (int)code, Header = header, Body = body };

    /// <summary>Builds an answer; opaque and serialization are copied from the request when it is sent.</summary>
    /// <param name="code">Outcome.</param>
    /// <param name="remark">Error text.</param>
    /// <param name="header">Typed header, or <see langword="null"/>.</param>
    /// <param name="body">Body.</param>
    public static RemotingCommand Response(
        ResponseCode code, string? remark = null, ICommandHeader? header = null, ReadOnlyMemory<byte> body = default) =>
        new() { Code = (int)code, Flags = CommandFlags.Response, Remark = remark, Header = header, Body = body };

    /// <summary>Reads the typed header from <see cref="ExtFields"/>.</summary>
    /// <exception cref="InvalidHeaderException">A field it cannot do without is missing or malformed.</exception>
    public THeader ReadHeader<THeader>()
        where THeader : ICommandHeader<THeader>
    {
        if (ExtFields is null && Header is THeader typed)
        {
            return typed; // built in this process and never sent
        }

        var fields = ExtFieldReader.Over(ExtFields);
        return THeader.Read(ref fields);
    }
}
