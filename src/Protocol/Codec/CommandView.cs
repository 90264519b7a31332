using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Codec;

/// <summary>
/// A decoded frame that still lies in the receive buffer: valid only during the call that it is passed to. What must live longer is
/// copied with <see cref="ToCommand"/>.
/// </summary>
public readonly ref struct CommandView
{
    /// <summary>Code, opaque, flags, language, version, remark.</summary>
    public CommandEnvelope Envelope => throw new NotImplementedException();

    /// <summary>The body, empty when there is none.</summary>
    public ReadOnlySpan<byte> Body => throw new NotImplementedException();

    /// <summary>False when the command carried no extension fields at all; several handlers of the original refuse that.</summary>
    public bool HasExtFields => throw new NotImplementedException();

    /// <summary>A new walk over the extension fields.</summary>
    public ExtFieldReader Fields => throw new NotImplementedException();

    /// <summary>Reads the typed header.</summary>
    /// <exception cref="InvalidHeaderException">A field it cannot do without is missing or malformed.</exception>
    public THeader ReadHeader<THeader>()
        where THeader : ICommandHeader<THeader>
    {
        var fields = Fields;
        return THeader.Read(ref fields);
    }

    /// <summary>Parses one frame.</summary>
    /// <param name="frame">The frame without its four length bytes: header length word, header, body.</param>
    /// <exception cref="FrameFormatException">The frame lies about a length, or its header cannot be read; the connection is closed.</exception>
    public static CommandView Parse(ReadOnlySpan<byte> frame) => throw new NotImplementedException();

    /// <summary>A copy that owns its memory.</summary>
    public RemotingCommand ToCommand() => throw new NotImplementedException();
}
