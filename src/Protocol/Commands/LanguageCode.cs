namespace Rocketeer.Protocol.Commands;

/// <summary>Language of the sender of a command; one byte in the binary header, the upper-case name in JSON.</summary>
public enum LanguageCode : byte
{
    /// <summary>Java, also what a missing language means.</summary>
    Java = 0,

    /// <summary>C++; selects the list form of the offset reset body (222).</summary>
    Cpp = 1,

    /// <summary>.NET; what Rocketeer sends.</summary>
    DotNet = 2,

    /// <summary>Python.</summary>
    Python = 3,

    /// <summary>Delphi.</summary>
    Delphi = 4,

    /// <summary>Erlang.</summary>
    Erlang = 5,

    /// <summary>Ruby.</summary>
    Ruby = 6,

    /// <summary>Any other language.</summary>
    Other = 7,

    /// <summary>An HTTP gateway.</summary>
    Http = 8,

    /// <summary>Go.</summary>
    Go = 9,

    /// <summary>PHP.</summary>
    Php = 10,

    /// <summary>The OpenMessaging adapter.</summary>
    Oms = 11,

    /// <summary>A language this version does not know; commands that carry one are still processed.</summary>
    Unknown = byte.MaxValue,
}
