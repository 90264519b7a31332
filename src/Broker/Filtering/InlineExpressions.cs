using System.Collections.Concurrent;
using Rocketeer.Broker.Filtering.Sql;

namespace Rocketeer.Broker.Filtering;

/// <summary>
/// Expressions that pulls bring along as text. Consumers send the same text with every pull, so each is compiled once, also when it does not
/// compile; when hostile texts fill the table it starts over. Thread-safe.
/// </summary>
internal sealed class InlineExpressions
{
    private const int MostKept = 1000;
    private readonly ConcurrentDictionary<string, (SqlFilter? Filter, string? Problem)> _compiled = new(StringComparer.Ordinal);

    /// <summary>The filter of an expression, or why it does not compile.</summary>
    public (SqlFilter? Filter, string? Problem) Find(string expression)
    {
        if (_compiled.TryGetValue(expression, out var known))
        {
            return known;
        }

        (SqlFilter? Filter, string? Problem) compiled;
        try
        {
            compiled = (new SqlFilter(SqlExpression.Parse(expression)), null);
        }
        catch (SqlSyntaxException e)
        {
            compiled = (null, e.Message);
        }

        if (expression.Length > SqlExpression.MaxLength)
        {
            return compiled; // not worth its place
        }

        if (_compiled.Count >= MostKept)
        {
            _compiled.Clear();
        }

        return _compiled[expression] = compiled;
    }
}
