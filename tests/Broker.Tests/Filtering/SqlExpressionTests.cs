using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Rocketeer.Broker.Filtering.Sql;

namespace Rocketeer.Broker.Tests.Filtering;

public sealed class SqlExpressionTests
{
    [Fact]
    public void Expressions_mean_what_they_mean_to_the_original()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "golden", "filter", "expressions.jsonl"));
        var properties = JsonNode.Parse(lines[0])!["properties"]!.AsArray().Select(text => Encoding.UTF8.GetBytes(text!.GetValue<string>())).ToArray();
        var differences = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            var vector = JsonNode.Parse(line)!;
            var text = vector["e"]!.GetValue<string>();
            var wanted = vector["r"]?.GetValue<string>() ?? "does not compile";
            var found = Outcome(text, properties);
            if (found != wanted)
            {
                differences.Add($"{text}: {found} instead of {wanted}");
            }
        }

        Assert.True(lines.Length > 2_500);
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(30))}");
    }

    [Theory]
    [InlineData("", "at character 1: the expression ends where a property, a value or '(' is needed")]
    [InlineData("a = ", "at character 5: the expression ends where a property, a value or '(' is needed")]
    [InlineData("a = 1 #", "at character 7: '#' begins no token")]
    [InlineData("a\u0000", "at character 2: U+0000 begins no token")]
    [InlineData("a = 'x", "at character 5: the text that begins here has no closing quote")]
    [InlineData("a BETWEEN 5 AND 1", "at character 11: the lower bound of BETWEEN is greater than the upper one")]
    [InlineData("a > 'x'", "at character 5: only properties and numbers can be greater or less")]
    [InlineData("5", "at character 1: a condition is needed here, not a value")]
    [InlineData("a = NULL", "at character 1: NULL is equal to nothing; write IS NULL")]
    [InlineData("1 IN ('1')", "at character 1: IN needs a property on its left")]
    [InlineData("a > 9223372036854775808", "at character 5: 9223372036854775808 is greater than 9223372036854775807")]
    [InlineData("a > 0.0", "at character 5: 0.0 is not between 4.9E-324 and 1.7976931348623157E308")]
    [InlineData("a IN ('x' 'y')", "at character 11: 'y' stands where ',' or ')' is needed")]
    public void A_wrong_expression_is_refused_with_a_sentence_that_says_where(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SqlSyntaxException>(() => SqlExpression.Parse(text)).Message);

    [Fact]
    public void Expressions_beyond_a_limit_are_refused()
    {
        AssertRefused(new string('(', 1_000_000) + "a", "32768");
        AssertRefused(new string('(', 30_000) + "a", "nested deeper than 100");
        AssertRefused(string.Concat(Enumerable.Repeat("NOT ", 4000)) + "a", "nested deeper than 100");
        AssertRefused(string.Concat(Enumerable.Repeat("-", 4000)) + "a > 1", "nested deeper than 100");
        AssertRefused(string.Concat(Enumerable.Repeat("+(", 4000)) + "a", "nested deeper than 100");
        AssertRefused("a" + string.Concat(Enumerable.Repeat(" IS NULL", 2000)), "nested deeper than 100");
        AssertRefused("a" + string.Concat(Enumerable.Repeat("= a ", 2000)), "nested deeper than 100");
        AssertRefused("a" + string.Concat(Enumerable.Repeat(" OR a", 3000)), "more than 4096 tokens");
        AssertRefused(string.Join(" OR ", Enumerable.Range(0, 200).Select(i => $"a{i}")), "more than 128 properties");
    }

    [Fact]
    public void Expressions_at_the_limits_work()
    {
        var deep = new string('(', 99) + "a = 1" + new string(')', 99);
        var wide = string.Join(" OR ", Enumerable.Range(0, 1000).Select(i => $"a = {i}"));
        var names = string.Join(" OR ", Enumerable.Range(0, 128).Select(i => $"n{i} = 'x'"));

        Assert.True(SqlExpression.Parse(deep).Matches("a\u00011\u0002"u8));
        Assert.True(SqlExpression.Parse(wide).Matches("a\u0001999\u0002"u8));
        Assert.False(SqlExpression.Parse(wide).Matches("a\u00011000\u0002"u8));
        Assert.True(SqlExpression.Parse(names).Matches("n\u0001x\u0002n1\u0001y\u0002n127\u0001x\u0002"u8));
    }

    [Fact]
    public void Random_texts_are_compiled_or_refused_and_nothing_else()
    {
        var pieces = OneOf(
            "a", "b", " ", "(", ")", "'", "''", "'x'", "5", "5.", ".", "e", "l", "-", "--", "\n", "/*", "*/", "+", "=", "<", ">", ",", "NOT ",
            " AND ", " OR ", " BETWEEN ", " IN ", "(", " IS ", " NULL", "TRUE", "\u0000", "é", "😀", "\ud800", "1e999", "99999999999999999999");
        Gen.OneOf(pieces.Array[0, 60].Select(parts => string.Concat(parts)), Gen.String[0, 200]).Sample(
            text =>
            {
                try
                {
                    SqlExpression.Parse(text).Evaluate("a\u00015\u0002b\u0001x\u0002"u8);
                }
                catch (SqlSyntaxException refused)
                {
                    Assert.NotEmpty(refused.Message);
                }
            },
            iter: 20_000);
    }

    [Fact]
    public void Random_properties_never_disturb_an_evaluation()
    {
        var expression = SqlExpression.Parse("a > 5 OR a < 1.5 OR b = 7 OR b = TRUE OR c IN ('x', 'y') OR d BETWEEN e AND 9 OR f IS NULL");
        var part = Gen.OneOf(
            OneOf("a", "b", "c", "d", "e", "f", "5", "x", "\u0001", "\u0002", "-", "1e9", "NaN").Select(text => Encoding.UTF8.GetBytes(text)),
            Gen.Byte.Array[0, 6]);
        part.Array[0, 30].Sample(parts => { expression.Evaluate(parts.SelectMany(bytes => bytes).ToArray()); }, iter: 20_000);
    }

    [Fact]
    public void An_evaluation_allocates_nothing()
    {
        var expression = SqlExpression.Parse(
            "(TAGS IS NOT NULL AND TAGS IN ('TagA', 'TagB')) AND price BETWEEN 10.5 AND 99.5 AND region <> 'us' OR urgent = TRUE");
        var properties = Encoding.UTF8.GetBytes(
            "KEYS\u0001o-1\u0002TAGS\u0001TagB\u0002UNIQ_KEY\u00010A0B\u0002WAIT\u0001true\u0002price\u000142.25\u0002region\u0001eu\u0002");
        Assert.True(expression.Matches(properties));

        // The compiler may still be at work in the first rounds; what the code allocates, it allocates in each.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => BytesOf(() => expression.Matches(properties))));
    }

    private static long BytesOf(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static void AssertRefused(string text, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<SqlSyntaxException>(() => SqlExpression.Parse(text)).Message, StringComparison.Ordinal);

    private static string Outcome(string text, byte[][] properties)
    {
        SqlExpression expression;
        try
        {
            expression = SqlExpression.Parse(text);
        }
        catch (SqlSyntaxException)
        {
            return "does not compile";
        }

        return string.Concat(properties.Select(bytes => expression.Evaluate(bytes) switch
        {
            Truth.True => 'T',
            Truth.False => 'F',
            Truth.Unknown => 'N',
            _ => 'X',
        }));
    }
}
