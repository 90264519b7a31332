using System.Buffers;
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
    public static void WriteHead<THeader>(IBufferWriter<byte> output, in CommandEnvelope envelope, in THeader header, int bodyLength)
        where THeader : ICommandHeader => throw new NotImplementedException();

    /// <summary>Writes a whole command, body included.</summary>
    public static void Write(IBufferWriter<byte> output, RemotingCommand command) => throw new NotImplementedException();
}
