using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// Id of a stored message by where it lies: 32 upper-case hex digits of the store's IPv4 address, its port in four bytes and the commit
/// log offset (reference: store.md section 3.2).
/// </summary>
/// <param name="StoreHost">Address of the broker that stored it.</param>
/// <param name="PhysicalOffset">Offset in the commit log.</param>
public readonly record struct OffsetMessageId(HostAddress StoreHost, long PhysicalOffset)
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 2 * BinaryLength;

    private const int BinaryLength = HostAddress.Length + sizeof(long);

    /// <summary>Writes the text form in ASCII.</summary>
    /// <param name="destination">At least <see cref="TextLength"/> bytes.</param>
    public void Format(Span<byte> destination)
    {
        Span<byte> binary = stackalloc byte[BinaryLength];
        StoreHost.Write(binary);
        BinaryPrimitives.WriteInt64BigEndian(binary[HostAddress.Length..], PhysicalOffset);
        Convert.TryToHexString(binary, destination, out _);
    }

    /// <summary>Parses the text form, in either case.</summary>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out OffsetMessageId id)
    {
        Span<byte> binary = stackalloc byte[BinaryLength];
        if (text?.Length == TextLength && Convert.FromHexString(text, binary, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            id = new OffsetMessageId(HostAddress.Read(binary), BinaryPrimitives.ReadInt64BigEndian(binary[HostAddress.Length..]));
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>The text form.</summary>
    public override string ToString() =>
        string.Create(TextLength, this, static (text, id) =>
        {
            Span<byte> ascii = stackalloc byte[TextLength];
            id.Format(ascii);
            System.Text.Encoding.ASCII.GetChars(ascii, text);
        });
}
