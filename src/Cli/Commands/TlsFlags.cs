using System.CommandLine;
using Rocketeer.Client;

namespace Rocketeer.Cli.Commands;

/// <summary>
/// The options of TLS, valid on every command; each is an environment variable too. The password of a key is a variable only, since
/// others can read command lines.
/// </summary>
internal sealed class TlsFlags
{
    public const string PasswordVariable = "ROCKETEER_TLS_KEY_PASSWORD";

    private readonly Option<bool> _on = new("--tls") { Description = "Speak TLS (ROCKETEER_TLS); the other --tls options imply it.", Recursive = true };

    private readonly Option<string> _roots = File("--tls-ca", "PEM file with the roots to trust (ROCKETEER_TLS_CA). Default: those of this system.");

    private readonly Option<bool> _any = new("--tls-insecure")
    {
        Description = "Trust any server (ROCKETEER_TLS_INSECURE).",
        Recursive = true,
    };

    private readonly Option<bool> _anyName = new("--tls-any-host")
    {
        Description = "Accept a trusted certificate of another host (ROCKETEER_TLS_ANY_HOST).",
        Recursive = true,
    };

    private readonly Option<string> _certificate = File("--tls-cert", "PEM file with the certificate to show (ROCKETEER_TLS_CERT).");

    private readonly Option<string> _key = File("--tls-key", $"PEM file with its key (ROCKETEER_TLS_KEY; password: {PasswordVariable}).");

    public IEnumerable<Option> All => [_on, _roots, _any, _anyName, _certificate, _key];

    /// <summary>What the command line asks for, and where it is silent the environment.</summary>
    public TlsOptions Read(ParseResult parsed, Func<string, string?> environment)
    {
        var tls = new TlsOptions
        {
            TrustPath = Text(_roots),
            TrustAny = IsSet(_any),
            CheckHostName = !IsSet(_anyName),
            CertificatePath = Text(_certificate),
            KeyPath = Text(_key),
            KeyPassword = environment(PasswordVariable),
        };
        tls.Enabled = IsSet(_on) || tls.TrustAny || !tls.CheckHostName
            || tls.TrustPath is not null || tls.CertificatePath is not null || tls.KeyPath is not null;
        return tls;

        string? Text(Option<string> option) => (parsed.GetValue(option) ?? environment(VariableOf(option))) is { Length: > 0 } text ? text : null;

        bool IsSet(Option<bool> option) =>
            parsed.GetValue(option) || environment(VariableOf(option)) is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));
    }

    private static string VariableOf(Option option) => "ROCKETEER_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private static Option<string> File(string name, string description) =>
        new(name) { Description = description, HelpName = "file", Recursive = true };
}
