using System.Buffers;

namespace Rocketeer.Client.Serialization;

/// <summary>
/// Turns values into bodies of messages and back. Implementations are thread-safe, read whatever they wrote, and do not keep the memory
/// that they are given.
/// </summary>
public interface IMessageSerializer
{
    /// <summary>
    /// What the bodies are, for example <c>application/json</c>. It travels in the property <see cref="MessageContent.ContentType"/>; a
    /// message that carries another one is not given to <see cref="Deserialize"/>.
    /// </summary>
    string ContentType { get; }

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="writer">Gets the body.</param>
    /// <param name="value">The value.</param>
    void Serialize<T>(IBufferWriter<byte> writer, T value);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="body">The body, valid during the call.</param>
    /// <returns>The value; <see langword="null"/> counts as a body that cannot be read.</returns>
    /// <exception cref="Exception">Whatever it throws means that the body cannot be read.</exception>
    T? Deserialize<T>(ReadOnlyMemory<byte> body);
}
