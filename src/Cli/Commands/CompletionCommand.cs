using System.CommandLine;

namespace Rocketeer.Cli.Commands;

/// <summary><c>completion</c>: scripts that let shells complete command lines. They ask the tool itself, so they never age.</summary>
internal static class CompletionCommand
{
    // The tool completes the words behind its own name, whatever it is called there.
    private const string Bash = """
        _rocketctl()
        {
            local line="${COMP_LINE#*[[:space:]]}" IFS=$'\n'
            local position=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            COMPREPLY=($(compgen -W "$(rocketctl "[suggest:${position}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _rocketctl rocketctl
        """;

    private const string Zsh = """
        #compdef rocketctl
        _rocketctl()
        {
            local line="${BUFFER#*[[:space:]]}"
            local position=$((CURSOR - ${#BUFFER} + ${#line}))
            local -a found
            found=("${(@f)$(rocketctl "[suggest:${position}]" "${line}" 2>/dev/null)}")
            compadd -- $found
        }
        compdef _rocketctl rocketctl
        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName rocketctl -ScriptBlock {
            param($word, $ast, $cursor)
            $text = $ast.Extent.Text
            $start = $text.IndexOf(' ') + 1
            $line = if ($start -gt 0) { $text.Substring($start) } else { '' }
            $position = [Math]::Max(0, $cursor - $ast.Extent.StartOffset - $start)
            rocketctl "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    public static Command Create(CommandContext context) => new("completion", "Prints a script that lets a shell complete command lines.")
    {
        Of(context, "bash", Bash, "source <(rocketctl completion bash)"),
        Of(context, "zsh", Zsh, "source <(rocketctl completion zsh)"),
        Of(context, "pwsh", Pwsh, "rocketctl completion pwsh | Out-String | Invoke-Expression"),
    };

    private static ExampleCommand Of(CommandContext context, string shell, string script, string use)
    {
        var command = new ExampleCommand(shell, $"Prints the script of {shell}; use it as: {use}", $"rocketctl completion {shell}");
        command.SetAction(_ => context.Terminal.Out.WriteLine(script));
        return command;
    }
}
