using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Tests;

/// <summary>Tables for people and for pipes.</summary>
public sealed class TextTableTests
{
    [Fact]
    public void A_redirected_table_is_aligned_by_blanks_numbers_to_the_right()
    {
        var text = Write(Sample(), interactive: false);

        Assert.Equal(
            """
            Name    Lag  Disk
            a         7     -
            longer  123  4.5%
            two rows

            """,
            text);
    }

    [Fact]
    public void On_a_terminal_a_table_has_a_frame()
    {
        var text = Write(Sample(), interactive: true);

        Assert.Contains("│", text, StringComparison.Ordinal);
        Assert.Contains("longer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Brackets_in_names_are_no_markup()
    {
        var table = new TextTable("Name");
        table.Add("[red]danger[/]");

        Assert.Contains("[red]danger[/]", Write(table, interactive: true), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_says_so() =>
        Assert.Equal($"Nothing here.{Environment.NewLine}", Write(new TextTable("Name") { WhenEmpty = "Nothing here." }, interactive: false));

    private static TextTable Sample()
    {
        var table = new TextTable("Name", "Lag", "Disk") { Summary = "two rows" };
        table.Add("a", "7", "-");
        table.Add("longer", "123", "4.5%");
        return table;
    }

    private static string Write(TextTable table, bool interactive)
    {
        var output = new StringWriter();
        table.WriteTo(new Terminal(output, TextWriter.Null, interactive, TimeProvider.System));
        return output.ToString();
    }
}
