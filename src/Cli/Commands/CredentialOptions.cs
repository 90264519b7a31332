using System.CommandLine;
using Rocketeer.Client;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rocketeer.Cli.Commands;

/// <summary>
/// The account that requests are signed with: from the command line, else from the environment, else from a file with accessKey and
/// secretKey, as mqadmin reads <c>conf/tools.yml</c>. Secrets are never printed.
/// </summary>
internal sealed class CredentialOptions
{
    private const string AccessKeyVariable = "ROCKETEER_ACCESS_KEY";
    private const string SecretKeyVariable = "ROCKETEER_SECRET_KEY";

    private readonly Option<string> _accessKey = new("--access-key")
    {
        Description = $"Account that signs the requests. Default: {AccessKeyVariable}, else the file.",
        HelpName = "key",
        Recursive = true,
    };

    private readonly Option<string> _secretKey = new("--secret-key")
    {
        Description = $"Its secret; other users of this machine can see it. Default: {SecretKeyVariable}, else the file.",
        HelpName = "secret",
        Recursive = true,
    };

    private readonly Option<string> _file = new("--credentials")
    {
        Description = "YAML file with accessKey and secretKey. Default: $ROCKETMQ_HOME/conf/tools.yml, if it is there.",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>Makes the options valid on every command.</summary>
    public void AddTo(RootCommand root)
    {
        root.Options.Add(_accessKey);
        root.Options.Add(_secretKey);
        root.Options.Add(_file);
    }

    /// <summary>The credentials; <see langword="null"/> when nobody gave any.</summary>
    /// <exception cref="CommandFailedException">Half of them is missing, or the file cannot be read.</exception>
    public Credentials? Read(ParseResult parsed)
    {
        var (accessKey, secretKey) = (parsed.GetValue(_accessKey), parsed.GetValue(_secretKey));
        if (accessKey is null && secretKey is null && parsed.GetValue(_file) is { } file)
        {
            return FromFile(file);
        }

        accessKey ??= Variable(AccessKeyVariable);
        secretKey ??= Variable(SecretKeyVariable);
        return (accessKey, secretKey) switch
        {
            (null, null) => FromDefaultFile(),
            ({ Length: > 0 }, { Length: > 0 }) => new Credentials { AccessKey = accessKey, SecretKey = secretKey },
            _ => throw new CommandFailedException(
                $"An access key and a secret key belong together; give --access-key and --secret-key, {AccessKeyVariable} and {SecretKeyVariable}, or neither."),
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Credentials? FromDefaultFile()
    {
        var path = Variable("ROCKETMQ_HOME") is { } home ? Path.Combine(home, "conf", "tools.yml") : null;
        return path is not null && File.Exists(path) ? FromFile(path) : null;
    }

    private static Credentials FromFile(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }] && Text(root, "accessKey") is { } accessKey && Text(root, "secretKey") is { } secretKey)
            {
                return new Credentials { AccessKey = accessKey, SecretKey = secretKey };
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The credentials cannot be read: {e.Message}");
        }
        catch (YamlException broken)
        {
            // The parser may quote the file, and so the secret.
            throw new CommandFailedException($"{path}, line {broken.Start.Line}: this is not valid YAML; values with special characters need quotes.");
        }

        throw new CommandFailedException($"{path} has no accessKey and secretKey; write one 'name: value' per line.");
    }

    private static string? Text(YamlMappingNode root, string name) =>
        root.Children.TryGetValue(new YamlScalarNode(name), out var node) && node is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;
}
