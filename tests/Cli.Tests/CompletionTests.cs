using System.Runtime.Versioning;
using Rocketeer.TestKit;

namespace Rocketeer.Cli.Tests;

/// <summary>What shells are told about command lines.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompletionTests : IDisposable
{
    private readonly TempDirectory _path = new();

    public void Dispose() => _path.Dispose();

    [Theory]
    [InlineData("rocketctl to", "topic")]
    [InlineData("rocketctl topic cr", "create")]
    [InlineData("rocketctl topic create orders --que", "--queues")]
    [InlineData("rocketctl cluster list --output ya", "yaml")]
    [InlineData("rocketctl broker role ", "get set")]
    public async Task Bash_completes_the_word_at_the_cursor(string line, string expected)
    {
        File.WriteAllText(_path["rocketctl"], $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "rocketctl.dll")}' \"$@\"\n");
        File.SetUnixFileMode(_path["rocketctl"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var word = line[(line.LastIndexOf(' ') + 1)..];
        var script = $"""
            source <(rocketctl completion bash)
            complete -p rocketctl > /dev/null || exit 1
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=('{word}') COMP_CWORD=0
            _rocketctl
            printf '%s ' "{'$'}{'{'}COMPREPLY[@]{'}'}"
            """;

        var run = await ShellTool.RunAsync("bash", ["-c", script], _path.Path);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.All(expected.Split(' '), suggestion => Assert.Contains(suggestion, run.Out.Split(' ', StringSplitOptions.TrimEntries)));
        if (word.Length > 0)
        {
            Assert.All(run.Out.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), suggestion => Assert.StartsWith(word, suggestion, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _rocketctl rocketctl")]
    [InlineData("zsh", "compdef _rocketctl rocketctl")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName rocketctl")]
    public async Task Every_shell_has_a_script(string shell, string registers) =>
        Assert.Contains(registers, (await Tool.RunAsync(["completion", shell])).Succeeded().Out, StringComparison.Ordinal);
}
