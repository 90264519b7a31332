using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Rocketeer.Cli.Output;

/// <summary>Where a command writes, and whether a person is looking.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="isInteractive">True if a person reads the output on a terminal: frames and colours are welcome.</param>
/// <param name="clock">Clock of waits and measurements.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isInteractive, TimeProvider clock)
{
    private static readonly TimeSpan BetweenGlances = TimeSpan.FromMilliseconds(200);

    public TextWriter Out => output;

    public TextWriter Error => error;

    public bool IsInteractive => isInteractive;

    public TimeProvider Clock => clock;

    /// <summary>False where colours are not wanted though a person is looking: NO_COLOR is set (https://no-color.org).</summary>
    public bool UsesColours { get; init; } = true;

    /// <summary>True if somebody sees standard error as it is written: long work shows how far it is.</summary>
    public bool ShowsProgress { get; init; }

    public static Terminal OfThisProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, TimeProvider.System)
    {
        UsesColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        ShowsProgress = !Console.IsErrorRedirected,
    };

    /// <summary>Prints a result.</summary>
    public void Show(OutputFormat format, IResult result)
    {
        if (format == OutputFormat.Table)
        {
            result.WriteTo(this);
        }
        else
        {
            Write(format, result.ToJson(), ofStream: false);
        }
    }

    /// <summary>Prints a result that has a type of its own.</summary>
    public void Show<T>(OutputFormat format, T value, JsonTypeInfo<T> type, Func<T, TextTable> table)
    {
        if (format == OutputFormat.Table)
        {
            table(value).WriteTo(this);
        }
        else
        {
            Write(format, JsonSerializer.SerializeToNode(value, type), ofStream: false);
        }
    }

    /// <summary>Prints one of many documents: a line of JSON, or a document of YAML.</summary>
    public void ShowNext<T>(OutputFormat format, T value, JsonTypeInfo<T> type) =>
        Write(format, JsonSerializer.SerializeToNode(value, type), ofStream: true);

    /// <summary>Does something to many things; whoever looks sees how far it is.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="things">To what.</param>
    /// <param name="work">What is done to one of them.</param>
    public async Task ForEachAsync<T>(string what, IReadOnlyCollection<T> things, Func<T, Task> work)
    {
        if (!ShowsProgress || things.Count < 2)
        {
            await AllAsync(() => { });
            return;
        }

        await ConsoleOn(error).Progress().AutoClear(true).StartAsync(async progress =>
        {
            var task = progress.AddTask(Markup.Escape(what), maxValue: things.Count);
            await AllAsync(() => task.Increment(1));
        });

        async Task AllAsync(Action done)
        {
            foreach (var thing in things)
            {
                await work(thing);
                done();
            }
        }
    }

    /// <summary>Waits for work that takes about so long; whoever looks sees how far it is.</summary>
    public async Task<T> WaitAsync<T>(string what, TimeSpan expected, Task<T> work)
    {
        if (!ShowsProgress)
        {
            return await work;
        }

        return await ConsoleOn(error).Progress().AutoClear(true).StartAsync(async progress =>
        {
            var (task, begin) = (progress.AddTask(Markup.Escape(what), maxValue: expected.TotalMilliseconds), clock.GetTimestamp());
            while (!work.IsCompleted)
            {
                task.Value = clock.GetElapsedTime(begin).TotalMilliseconds;
                await Task.WhenAny(work, Task.Delay(BetweenGlances, clock));
            }

            return await work;
        });
    }

    /// <summary>A console of the terminal library that writes to a writer, in colour if that is wanted.</summary>
    public IAnsiConsole ConsoleOn(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = UsesColours ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = UsesColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
    });

    private void Write(OutputFormat format, JsonNode? document, bool ofStream)
    {
        if (format == OutputFormat.Yaml)
        {
            YamlText.Write(document, output, ofStream);
        }
        else
        {
            output.WriteLine(document?.ToJsonString((ofStream ? OutputJson.Line : OutputJson.Pretty).Options) ?? "null");
        }
    }
}
