using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Tests.Codec;

/// <summary>Frames for tests.</summary>
internal static class Frames
{
    /// <summary>A frame without its length bytes around a JSON header.</summary>
    public static byte[] Json(string header, string body = "") => Of(SerializeType.Json, Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(body));

    public static byte[] Of(SerializeType type, byte[] header, byte[] body)
    {
        var frame = new byte[sizeof(int) + header.Length + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, ((int)type << 24) | header.Length);
        header.CopyTo(frame, sizeof(int));
        body.CopyTo(frame, sizeof(int) + header.Length);
        return frame;
    }

    /// <summary>A whole frame, with its length bytes.</summary>
    public static byte[] Encode(RemotingCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandEncoder.Write(output, command);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The header text of a whole JSON frame.</summary>
    public static string HeaderText(byte[] frame) =>
        Encoding.UTF8.GetString(frame, FrameLayout.HeaderAt, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(FrameLayout.HeaderWordAt)) & 0xFF_FFFF);
}
