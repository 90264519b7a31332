namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>A part of a compiled expression. Immutable; evaluating allocates nothing.</summary>
internal abstract class SqlNode(int depth)
{
    /// <summary>Levels of nodes from here down; what bounds the stack of an evaluation.</summary>
    public int Depth { get; } = depth;

    /// <summary>The value for one message.</summary>
    public abstract SqlValue Evaluate(in SqlRow row);
}

/// <summary>A part that is true, false or null.</summary>
internal abstract class SqlCondition(int depth) : SqlNode(depth)
{
    /// <summary>The outcome for one message.</summary>
    public abstract Truth Test(in SqlRow row);

    public sealed override SqlValue Evaluate(in SqlRow row) => SqlValue.Of(Test(in row));
}

/// <summary>TRUE, FALSE or NULL.</summary>
internal sealed class SqlTruthLiteral(Truth value) : SqlCondition(1)
{
    public static readonly SqlTruthLiteral True = new(Truth.True);
    public static readonly SqlTruthLiteral False = new(Truth.False);
    public static readonly SqlTruthLiteral Null = new(Truth.Unknown);

    public override Truth Test(in SqlRow row) => value;
}

/// <summary>A text.</summary>
internal sealed class SqlTextLiteral(byte[] utf8) : SqlNode(1)
{
    public override SqlValue Evaluate(in SqlRow row) => SqlValue.Of(utf8.AsSpan());
}

/// <summary>A number.</summary>
internal sealed class SqlNumberLiteral : SqlNode
{
    private readonly long _integer;
    private readonly double _number;
    private readonly SqlKind _kind;

    public SqlNumberLiteral(long value)
        : base(1)
    {
        _integer = value;
        _kind = value <= int.MaxValue ? SqlKind.Int : SqlKind.Long;
    }

    public SqlNumberLiteral(double value)
        : base(1)
    {
        _number = value;
        _kind = SqlKind.Double;
    }

    /// <summary>The number itself.</summary>
    public SqlValue Value => _kind switch
    {
        SqlKind.Int => SqlValue.Of((int)_integer),
        SqlKind.Long => SqlValue.Of(_integer),
        _ => SqlValue.Of(_number),
    };

    public override SqlValue Evaluate(in SqlRow row) => Value;
}

/// <summary>A property of the message: a text, or null when it is missing.</summary>
internal sealed class SqlProperty(int slot) : SqlNode(1)
{
    public int Slot { get; } = slot;

    public override SqlValue Evaluate(in SqlRow row) => row[Slot];
}

/// <summary>The minus sign: null for everything but numbers.</summary>
internal sealed class SqlNegation(SqlNode operand) : SqlNode(operand.Depth + 1)
{
    public override SqlValue Evaluate(in SqlRow row)
    {
        var value = operand.Evaluate(in row);
        return value.Kind switch
        {
            SqlKind.Int => SqlValue.Of(unchecked(-(int)value.Integer)),
            SqlKind.Long => SqlValue.Of(unchecked(-value.Integer)),
            SqlKind.Double => SqlValue.Of(-value.Number),
            SqlKind.Failed => SqlValue.Failed,
            _ => SqlValue.Null,
        };
    }
}

/// <summary>A property where a condition is wanted: null when it is missing, else false, because no text is a truth value.</summary>
internal sealed class SqlPropertyCondition(SqlProperty property) : SqlCondition(2)
{
    public override Truth Test(in SqlRow row) => row[property.Slot].Kind == SqlKind.Null ? Truth.Unknown : Truth.False;
}

/// <summary>NOT.</summary>
internal sealed class SqlNot(SqlCondition operand) : SqlCondition(operand.Depth + 1)
{
    public override Truth Test(in SqlRow row) => operand.Test(in row) switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        var other => other,
    };
}

/// <summary>
/// A chain of AND or of OR: ends with the first operand that decides, or that fails; is null when none decides and one was null.
/// </summary>
/// <param name="operands">At least two.</param>
/// <param name="deciding">False for AND, true for OR.</param>
internal sealed class SqlChain(SqlCondition[] operands, Truth deciding) : SqlCondition(operands.Max(operand => operand.Depth) + 1)
{
    private readonly Truth _otherwise = deciding == Truth.True ? Truth.False : Truth.True;

    public override Truth Test(in SqlRow row)
    {
        var outcome = _otherwise;
        foreach (var operand in operands)
        {
            var truth = operand.Test(in row);
            if (truth == deciding || truth == Truth.Failed)
            {
                return truth;
            }

            outcome = truth == Truth.Unknown ? Truth.Unknown : outcome;
        }

        return outcome;
    }
}

/// <summary>The equals sign, and IS NULL when the right side is the null literal.</summary>
internal sealed class SqlEquality(SqlNode left, SqlNode right) : SqlCondition(Math.Max(left.Depth, right.Depth) + 1)
{
    public override Truth Test(in SqlRow row)
    {
        var leftValue = left.Evaluate(in row);
        if (leftValue.Kind == SqlKind.Failed)
        {
            return Truth.Failed;
        }

        var rightValue = right.Evaluate(in row);
        return rightValue.Kind == SqlKind.Failed ? Truth.Failed : SqlComparison.AreEqual(in leftValue, in rightValue);
    }
}

/// <summary>Greater or less than: null when a side is null.</summary>
internal sealed class SqlOrder(SqlToken relation, SqlNode left, SqlNode right) : SqlCondition(Math.Max(left.Depth, right.Depth) + 1)
{
    public override Truth Test(in SqlRow row)
    {
        var leftValue = left.Evaluate(in row);
        if (leftValue.Kind is SqlKind.Null or SqlKind.Failed)
        {
            return leftValue.Kind == SqlKind.Null ? Truth.Unknown : Truth.Failed;
        }

        var rightValue = right.Evaluate(in row);
        if (rightValue.Kind is SqlKind.Null or SqlKind.Failed)
        {
            return rightValue.Kind == SqlKind.Null ? Truth.Unknown : Truth.Failed;
        }

        if (!SqlComparison.TryOrder(in leftValue, in rightValue, out var order))
        {
            return Truth.Failed;
        }

        var holds = relation switch
        {
            SqlToken.Greater => order > 0,
            SqlToken.GreaterOrEqual => order >= 0,
            SqlToken.Less => order < 0,
            _ => order <= 0,
        };
        return holds ? Truth.True : Truth.False;
    }
}

/// <summary>IN and NOT IN: null when the property is missing.</summary>
internal sealed class SqlMembership : SqlCondition
{
    private static readonly Comparison<byte[]> ByBytes = static (x, y) => x.AsSpan().SequenceCompareTo(y);

    private readonly SqlProperty _property;
    private readonly byte[][] _sorted;
    private readonly bool _isNegated;

    public SqlMembership(SqlProperty property, List<byte[]> texts, bool isNegated)
        : base(2)
    {
        _property = property;
        _sorted = [.. texts];
        Array.Sort(_sorted, ByBytes);
        _isNegated = isNegated;
    }

    public override Truth Test(in SqlRow row)
    {
        var value = row[_property.Slot];
        return value.Kind == SqlKind.Null ? Truth.Unknown : Contains(value.Text) != _isNegated ? Truth.True : Truth.False;
    }

    private bool Contains(ReadOnlySpan<byte> text)
    {
        for (var (low, high) = (0, _sorted.Length - 1); low <= high;)
        {
            var middle = (low + high) / 2;
            var order = text.SequenceCompareTo(_sorted[middle]);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }
}
