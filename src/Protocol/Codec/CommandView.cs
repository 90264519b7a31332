using System.Buffers.Binary;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Codec;

/// <summary>
/// A decoded frame that still lies in the receive buffer: valid only during the call that it is passed to. What must live longer is
/// copied with <see cref="ToCommand"/>.
/// </summary>
public readonly ref struct CommandView
{
    private readonly CommandEnvelope _envelope;
    private readonly ReadOnlySpan<byte> _fields;

    private CommandView(scoped in CommandEnvelope envelope, ReadOnlySpan<byte> fields, bool hasExtFields, ReadOnlySpan<byte> body)
    {
        _envelope = envelope;
        _fields = fields;
        HasExtFields = hasExtFields;
        Body = body;
    }

    /// <summary>Code, opaque, flags, language, version, remark.</summary>
    public CommandEnvelope Envelope => _envelope;

    /// <summary>The body, empty when there is none.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>False when the command carried no extension fields at all; several handlers of the original refuse that.</summary>
    public bool HasExtFields { get; }

    /// <summary>A new walk over the extension fields.</summary>
    public ExtFieldReader Fields => !HasExtFields ? default
        : _envelope.SerializeType == SerializeType.Json ? ExtFieldReader.OverJson(_fields)
        : ExtFieldReader.OverBinary(_fields);

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
    public static CommandView Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < sizeof(int))
        {
            throw new FrameFormatException($"The frame has {frame.Length} bytes, too few for a header length.");
        }

        var word = BinaryPrimitives.ReadUInt32BigEndian(frame);
        var headerLength = (int)(word & FrameLayout.MaxHeaderLength);
        var rest = frame[sizeof(int)..];
        if (headerLength > rest.Length)
        {
            throw new FrameFormatException($"The frame claims a header of {headerLength} bytes but has only {rest.Length}.");
        }

        var header = rest[..headerLength];
        ReadOnlySpan<byte> fields;
        bool hasFields;
        var envelope = (SerializeType)(word >> 24) switch
        {
            SerializeType.Json => JsonHeader.Parse(header, out fields, out hasFields),
            SerializeType.RocketMq => BinaryHeader.Parse(header, out fields, out hasFields),
            var unknown => throw new FrameFormatException($"The frame has serialization type {(byte)unknown}, which does not exist."),
        };
        return new CommandView(envelope, fields, hasFields, rest[headerLength..]);
    }

    /// <summary>
    /// A copy that owns its memory, with the typed header instead of the extension fields; fields that the header does not know are lost.
    /// Costs a small part of <see cref="ToCommand()"/>.
    /// </summary>
    /// <exception cref="InvalidHeaderException">A field that the header cannot do without is missing or malformed.</exception>
    public RemotingCommand ToCommand<THeader>()
        where THeader : ICommandHeader<THeader> => new()
    {
        Code = _envelope.Code,
        Opaque = _envelope.Opaque,
        Flags = _envelope.Flags,
        Language = _envelope.Language,
        Version = _envelope.Version,
        Remark = _envelope.Remark,
        SerializeType = _envelope.SerializeType,
        Header = ReadHeader<THeader>(),
        Body = Body.ToArray(),
    };

    /// <summary>A copy that owns its memory.</summary>
    public RemotingCommand ToCommand()
    {
        Dictionary<string, string>? extFields = null;
        if (HasExtFields)
        {
            extFields = new Dictionary<string, string>(StringComparer.Ordinal);
            var fields = Fields;
            while (fields.Read())
            {
                extFields[Utf8NameCache.Intern(fields.Name)] = fields.GetString();
            }
        }

        return new RemotingCommand
        {
            Code = _envelope.Code,
            Opaque = _envelope.Opaque,
            Flags = _envelope.Flags,
            Language = _envelope.Language,
            Version = _envelope.Version,
            Remark = _envelope.Remark,
            SerializeType = _envelope.SerializeType,
            ExtFields = extFields,
            Body = Body.ToArray(),
        };
    }
}
