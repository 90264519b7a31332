using System.Buffers;
using System.Text;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Codec;

/// <summary>Turns commands into frames. Stateless and thread-safe.</summary>
public static class CommandEncoder
{
    /// <summary>
    /// Writes the length, the header word and the header; the caller appends exactly <paramref name="bodyLength"/> body bytes.
    /// JSON keys come in alphabetical order as fastjson writes them. Allocates nothing.
    /// </summary>
    /// <typeparam name="THeader">Type of the custom header; <see cref="EmptyHeader"/> when there is none.</typeparam>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="envelope">Everything but the custom header.</param>
    /// <param name="header">The custom header.</param>
    /// <param name="bodyLength">Length of the body that will follow, in bytes.</param>
    /// <exception cref="ArgumentException">The header is longer than a frame can say.</exception>
    public static void WriteHead<THeader>(IBufferWriter<byte> output, in CommandEnvelope envelope, in THeader header, int bodyLength)
        where THeader : ICommandHeader => WriteHeadOf(output, envelope, header, null, bodyLength);

    /// <summary>Writes a whole command, body included.</summary>
    /// <exception cref="ArgumentException">The header is longer than a frame can say.</exception>
    public static void Write(IBufferWriter<byte> output, RemotingCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var envelope = new CommandEnvelope
        {
            Code = command.Code,
            Opaque = command.Opaque,
            Flags = command.Flags,
            Language = command.Language,
            Version = command.Version,
            Remark = command.Remark,
            SerializeType = command.SerializeType,
        };
        WriteHeadOf(output, envelope, command.Header, command.ExtFields, command.Body.Length);
        output.Write(command.Body.Span);
    }

    private static void WriteHeadOf<THeader>(
        IBufferWriter<byte> output, in CommandEnvelope envelope, in THeader header, IDictionary<string, string>? others, int bodyLength)
        where THeader : ICommandHeader?
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(bodyLength);
        var buffer = new HeaderBuffer(reserved: FrameLayout.HeaderAt);
        if (envelope.SerializeType == SerializeType.Json)
        {
            AppendJson(ref buffer, envelope, header, others);
        }
        else
        {
            AppendBinary(ref buffer, envelope, header, others);
        }

        var headerLength = buffer.Length - FrameLayout.HeaderAt;
        if (headerLength > FrameLayout.MaxHeaderLength)
        {
            throw new ArgumentException(
                $"The command header has {headerLength} bytes; a frame allows {FrameLayout.MaxHeaderLength}. Shorten the properties or the remark.");
        }

        buffer.PatchInt32(FrameLayout.LengthAt, sizeof(int) + headerLength + bodyLength);
        buffer.PatchInt32(FrameLayout.HeaderWordAt, ((int)envelope.SerializeType << 24) | headerLength);
        output.Write(buffer.Written);
    }

    private static void AppendJson<THeader>(
        ref HeaderBuffer buffer, in CommandEnvelope envelope, in THeader header, IDictionary<string, string>? others)
        where THeader : ICommandHeader?
    {
        buffer.Append("{\"code\":"u8);
        buffer.AppendDecimal(envelope.Code);
        if (header is not (null or EmptyHeader) || others is not null)
        {
            buffer.Append(",\"extFields\":{"u8);
            var writer = new JsonExtFieldWriter(buffer);
            header?.WriteTo(ref writer);
            if (others is not null)
            {
                foreach (var (name, value) in others)
                {
                    writer.Write(name, value);
                }
            }

            buffer = writer.Buffer;
            buffer.Append((byte)'}');
        }

        buffer.Append(",\"flag\":"u8);
        buffer.AppendDecimal((int)envelope.Flags);
        var language = LanguageNames.Utf8(envelope.Language);
        if (!language.IsEmpty)
        {
            buffer.Append(",\"language\":\""u8);
            buffer.Append(language);
            buffer.Append((byte)'"');
        }

        buffer.Append(",\"opaque\":"u8);
        buffer.AppendDecimal(envelope.Opaque);
        if (envelope.Remark is { } remark)
        {
            buffer.Append(",\"remark\":"u8);
            buffer.AppendJsonString(remark);
        }

        buffer.Append(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":"u8);
        buffer.AppendDecimal(envelope.Version);
        buffer.Append((byte)'}');
    }

    private static void AppendBinary<THeader>(
        ref HeaderBuffer buffer, in CommandEnvelope envelope, in THeader header, IDictionary<string, string>? others)
        where THeader : ICommandHeader?
    {
        buffer.AppendInt16((short)envelope.Code);
        buffer.Append((byte)(envelope.Language == LanguageCode.Unknown ? LanguageCode.Other : envelope.Language));
        buffer.AppendInt16((short)envelope.Version);
        buffer.AppendInt32(envelope.Opaque);
        buffer.AppendInt32((int)envelope.Flags);
        buffer.AppendInt32(envelope.Remark is null ? 0 : Encoding.UTF8.GetByteCount(envelope.Remark));
        buffer.AppendUtf8(envelope.Remark);

        var lengthAt = buffer.Length;
        buffer.AppendInt32(0);
        var writer = new BinaryExtFieldWriter(buffer);
        header?.WriteTo(ref writer);
        if (others is not null)
        {
            foreach (var (name, value) in others)
            {
                writer.Write(name, value);
            }
        }

        buffer = writer.Buffer;
        buffer.PatchInt32(lengthAt, buffer.Length - lengthAt - sizeof(int));
    }
}
