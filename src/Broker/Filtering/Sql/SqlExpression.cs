namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>
/// A compiled SQL92 expression (docs/sql-filter.md). Evaluated directly over the bytes of a message's properties, without allocating.
/// Immutable and thread-safe.
/// </summary>
internal sealed class SqlExpression
{
    /// <summary>Longest expression, in UTF-16 characters.</summary>
    public const int MaxLength = 32_768;

    /// <summary>Most tokens that are read.</summary>
    public const int MaxTokens = 4096;

    /// <summary>Deepest nesting of parentheses and signs, and of what is compiled from them: bounds the stack.</summary>
    public const int MaxDepth = 100;

    /// <summary>Most different property names.</summary>
    public const int MaxNames = 128;

    private readonly SqlCondition _condition;
    private readonly SqlNames _names;

    private SqlExpression(string text, SqlCondition condition, SqlNames names)
    {
        Text = text;
        _condition = condition;
        _names = names;
    }

    /// <summary>The expression as it was given.</summary>
    public string Text { get; }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="SqlSyntaxException">It is none, or it is beyond the limits; one sentence.</exception>
    public static SqlExpression Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new SqlSyntaxException($"the expression has {text.Length} characters, more than {MaxLength}; make it shorter");
        }

        var condition = new SqlParser(text).Parse(out var names);
        return new SqlExpression(text, condition, new SqlNames(names));
    }

    /// <summary>True when the expression is true for a message: neither false, nor null, nor impossible to tell.</summary>
    /// <param name="properties">The message's properties string, UTF-8.</param>
    public bool Matches(ReadOnlySpan<byte> properties) => Evaluate(properties) == Truth.True;

    /// <summary>What the expression is for a message.</summary>
    /// <param name="properties">The message's properties string, UTF-8.</param>
    public Truth Evaluate(ReadOnlySpan<byte> properties)
    {
        Span<PropertySlot> slots = stackalloc PropertySlot[_names.Count];
        _names.Find(properties, slots);
        var row = new SqlRow(properties, slots);
        return _condition.Test(in row);
    }
}
