using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rocketeer.Broker.Filtering.Sql;

namespace Rocketeer.Benchmarks;

/// <summary>What it costs to match a message with a SQL92 expression: nanoseconds and bytes allocated.</summary>
internal static class SqlFilterBenchmark
{
    private const int Rounds = 1_000_000;

    private static readonly byte[] Properties = Encoding.UTF8.GetBytes(
        "KEYS\u0001order-4711\u0002TAGS\u0001TagB\u0002UNIQ_KEY\u0001C000020203175FFD2B276FC60FF00076\u0002WAIT\u0001true\u0002"
        + "price\u000142.25\u0002region\u0001eu\u0002amount\u000117\u0002customer\u0001c-0815\u0002");

    public static void Run()
    {
        Measure("one comparison", "amount > 5");
        Measure("typical", "TAGS IN ('TagA', 'TagB') AND price BETWEEN 10.5 AND 99.5 AND region <> 'us'");
        Measure("1,000 comparisons", string.Join(" OR ", Enumerable.Range(1000, 1000).Select(i => $"amount = {i}")));
    }

    private static void Measure(string what, string text)
    {
        var expression = SqlExpression.Parse(text);
        var rounds = text.Length > 1000 ? Rounds / 100 : Rounds;
        var matches = Loop(expression, rounds); // warms up
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        matches += Loop(expression, rounds);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {elapsed.TotalNanoseconds / rounds:F0} ns per message, {allocated} B allocated in all, {matches} matches"));
    }

    private static int Loop(SqlExpression expression, int rounds)
    {
        var matches = 0;
        for (var i = 0; i < rounds; i++)
        {
            matches += expression.Matches(Properties) ? 1 : 0;
        }

        return matches;
    }
}
