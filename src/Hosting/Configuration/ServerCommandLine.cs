namespace Rocketeer.Hosting.Configuration;

/// <summary>
/// The command line of a server: the original's switches, and any key of the configuration as <c>--key=value</c>, <c>--key value</c>
/// or, as Java takes system properties, <c>-Dkey=value</c>.
/// </summary>
public sealed class ServerCommandLine
{
    private ServerCommandLine()
    {
    }

    /// <summary><c>-c</c>: the property file to read, which updates at run time are written to.</summary>
    public string? ConfigFile { get; private set; }

    /// <summary><c>-p</c>: print every effective value and exit.</summary>
    public bool PrintAll { get; private set; }

    /// <summary><c>-m</c>: print the important values and exit.</summary>
    public bool PrintImportant { get; private set; }

    /// <summary><c>-h</c>: print the usage and exit.</summary>
    public bool Help { get; private set; }

    /// <summary><c>-n</c> (as <c>namesrvAddr</c>) and the keys given as <c>--key=value</c>.</summary>
    public PropertySet Overrides { get; } = new("the command line");

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ConfigurationException">An argument is unknown or lacks its value.</exception>
    public static ServerCommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new ServerCommandLine();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            switch (argument)
            {
                case "-h" or "--help":
                    line.Help = true;
                    break;
                case "-p" or "--printConfigItem":
                    line.PrintAll = true;
                    break;
                case "-m" or "--printImportantConfig":
                    line.PrintImportant = true;
                    break;
                case "-c" or "--configFile":
                    line.ConfigFile = ValueOf(arguments, ref i);
                    break;
                case "-n" or "--namesrvAddr":
                    line.Overrides["namesrvAddr"] = ValueOf(arguments, ref i);
                    break;
                default:
                    line.ReadOverride(arguments, ref i);
                    break;
            }
        }

        return line;
    }

    private void ReadOverride(IReadOnlyList<string> arguments, ref int i)
    {
        var argument = arguments[i];
        if (argument.StartsWith("-D", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is > 2 and var end)
        {
            Overrides[argument[2..end]] = argument[(end + 1)..];
            return;
        }

        if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
        {
            throw new ConfigurationException($"The command line has an unknown argument '{Shown.Short(argument)}'; -h lists what is allowed.");
        }

        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
        {
            Overrides[argument[2..equals]] = argument[(equals + 1)..];
        }
        else
        {
            Overrides[argument[2..]] = ValueOf(arguments, ref i);
        }
    }

    private static string ValueOf(IReadOnlyList<string> arguments, ref int i)
    {
        var name = arguments[i];
        if (++i >= arguments.Count)
        {
            throw new ConfigurationException($"The command line ends after {Shown.Short(name)}, which needs a value; -h shows how.");
        }

        return arguments[i];
    }
}
