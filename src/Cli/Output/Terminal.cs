using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rocketeer.Cli.Output;

/// <summary>Where a command writes, and whether a person is looking.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="isInteractive">True if a person reads the output on a terminal: frames and colours are welcome.</param>
/// <param name="clock">Clock of waits and measurements.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isInteractive, TimeProvider clock)
{
    public TextWriter Out => output;

    public TextWriter Error => error;

    public bool IsInteractive => isInteractive;

    public TimeProvider Clock => clock;

    public static Terminal OfThisProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>Prints a result: as JSON if that was asked for, else as a table.</summary>
    public void Show<T>(bool json, T value, JsonTypeInfo<T> type, Func<T, TextTable> table)
    {
        if (json)
        {
            Json(value, type);
        }
        else
        {
            table(value).WriteTo(this);
        }
    }

    /// <summary>Prints a value as JSON.</summary>
    public void Json<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));
}
