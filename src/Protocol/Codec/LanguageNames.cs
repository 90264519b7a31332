using System.Text;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Codec;

/// <summary>Names of the languages in JSON headers and bodies.</summary>
internal static class LanguageNames
{
    /// <summary>All names in the order of the codes.</summary>
    public static string[] All { get; } =
        [.. Enumerable.Range(0, (int)LanguageCode.Oms + 1).Select(code => Encoding.ASCII.GetString(Utf8((LanguageCode)code)))];

    /// <summary>The name in UTF-8; empty for <see cref="LanguageCode.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Utf8(LanguageCode language) => language switch
    {
        LanguageCode.Java => "JAVA"u8,
        LanguageCode.Cpp => "CPP"u8,
        LanguageCode.DotNet => "DOTNET"u8,
        LanguageCode.Python => "PYTHON"u8,
        LanguageCode.Delphi => "DELPHI"u8,
        LanguageCode.Erlang => "ERLANG"u8,
        LanguageCode.Ruby => "RUBY"u8,
        LanguageCode.Other => "OTHER"u8,
        LanguageCode.Http => "HTTP"u8,
        LanguageCode.Go => "GO"u8,
        LanguageCode.Php => "PHP"u8,
        LanguageCode.Oms => "OMS"u8,
        _ => default,
    };
}
