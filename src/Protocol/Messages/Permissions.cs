namespace Rocketeer.Protocol.Messages;

/// <summary>Permission bits of a topic or a broker (reference: protocol-remoting.md section 9.5).</summary>
public static class Permissions
{
    /// <summary>The template's permissions are inherited by topics created from it.</summary>
    public const int Inherit = 0x1;

    /// <summary>Messages may be sent.</summary>
    public const int Write = 0x2;

    /// <summary>Messages may be consumed.</summary>
    public const int Read = 0x4;

    /// <summary>Defined, but without effect.</summary>
    public const int Priority = 0x8;

    /// <summary>What an ordinary topic has.</summary>
    public const int ReadWrite = Read | Write;

    /// <summary>True when messages may be consumed.</summary>
    public static bool IsReadable(int perm) => (perm & Read) != 0;

    /// <summary>True when messages may be sent.</summary>
    public static bool IsWritable(int perm) => (perm & Write) != 0;

    /// <summary>True when created topics inherit the permissions.</summary>
    public static bool IsInherited(int perm) => (perm & Inherit) != 0;

    /// <summary>The text form, <c>RWX</c> with a dash for each missing bit.</summary>
    public static string ToText(int perm) =>
        $"{(IsReadable(perm) ? 'R' : '-')}{(IsWritable(perm) ? 'W' : '-')}{(IsInherited(perm) ? 'X' : '-')}";
}
