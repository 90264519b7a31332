using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Rocketeer.Cli.Output;

/// <summary>Rows under headings: framed on a terminal, aligned by blanks elsewhere. Columns of numbers are aligned right.</summary>
internal sealed partial class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [];

    /// <summary>What is printed instead of a table without rows.</summary>
    public string? WhenEmpty { get; init; }

    /// <summary>A line below the table.</summary>
    public string? Summary { get; init; }

    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
    }

    public void WriteTo(Terminal terminal)
    {
        if (_rows.Count == 0 && WhenEmpty is { } nothing)
        {
            terminal.Out.WriteLine(nothing);
            return;
        }

        if (terminal.IsInteractive)
        {
            WriteFramed(terminal);
        }
        else
        {
            WritePlain(terminal.Out);
        }

        if (Summary is { } summary)
        {
            terminal.Out.WriteLine(summary);
        }
    }

    private void WriteFramed(Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var column = 0; column < headings.Length; column++)
        {
            var heading = new TableColumn($"[bold]{Markup.Escape(headings[column])}[/]");
            table.AddColumn(IsNumeric(column) ? heading.RightAligned() : heading);
        }

        foreach (var row in _rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        terminal.ConsoleOn(terminal.Out).Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        var widths = headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max()).ToArray();
        var numeric = headings.Select((_, column) => IsNumeric(column)).ToArray();
        foreach (var row in _rows.Prepend(headings))
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
            {
                line.Append(numeric[column] ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column])).Append(' ', Gap);
            }

            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    private bool IsNumeric(int column) => _rows.Count > 0 && _rows.TrueForAll(row => Number().IsMatch(row[column]));

    [GeneratedRegex(@"^(-|-?[\d.]+%?)$")]
    private static partial Regex Number();
}
