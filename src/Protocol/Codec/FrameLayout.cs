namespace Rocketeer.Protocol.Codec;

/// <summary>The frame around a command (reference: protocol-remoting.md section 1). Big-endian.</summary>
public static class FrameLayout
{
    /// <summary>int32: bytes that follow this field.</summary>
    public const int LengthAt = 0;

    /// <summary>Top byte the serialization, lower three bytes the header length.</summary>
    public const int HeaderWordAt = LengthAt + sizeof(int);

    /// <summary>The header begins here; the body follows it.</summary>
    public const int HeaderAt = HeaderWordAt + sizeof(int);

    /// <summary>Longest header: its length has 24 bits.</summary>
    public const int MaxHeaderLength = 0xFF_FFFF;

    /// <summary>Longest frame by default, its length field included.</summary>
    public const int DefaultMaxFrameLength = 16 * 1024 * 1024;
}
