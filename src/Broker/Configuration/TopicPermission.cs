namespace Rocketeer.Broker.Configuration;

/// <summary>Permission bits of topics and brokers.</summary>
internal static class TopicPermission
{
    /// <summary>New topics may take this one as their template.</summary>
    public const int Inherit = 1;

    /// <summary>Messages may be written.</summary>
    public const int Write = 2;

    /// <summary>Messages may be read.</summary>
    public const int Read = 4;

    /// <summary>Unused by the original, but valid.</summary>
    public const int Priority = 8;

    /// <summary>True for a combination of the bits.</summary>
    public static bool IsValid(int permission) => permission is >= 0 and <= (Inherit | Write | Read | Priority);

    /// <summary>True when messages may be read.</summary>
    public static bool IsReadable(int permission) => (permission & Read) != 0;

    /// <summary>True when messages may be written.</summary>
    public static bool IsWritable(int permission) => (permission & Write) != 0;

    /// <summary>The original's text form, such as <c>RW-</c>.</summary>
    public static string Describe(int permission) => string.Create(3, permission, static (text, bits) =>
    {
        text[0] = (bits & Read) != 0 ? 'R' : '-';
        text[1] = (bits & Write) != 0 ? 'W' : '-';
        text[2] = (bits & Inherit) != 0 ? 'X' : '-';
    });
}
