using System.Globalization;
using System.Text;

namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>
/// Recursive descent over the grammar of docs/sql-filter.md. What follows a complete expression is ignored, as in the original. To be
/// used once.
/// </summary>
internal ref struct SqlParser(string text)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly List<byte[]> _names = [];
    private SqlLexer _lexer = new(text);
    private int _nesting;

    /// <summary>Compiles the expression.</summary>
    /// <param name="names">Its property names by slot.</param>
    /// <exception cref="SqlSyntaxException">It is none, or it is beyond the limits.</exception>
    public SqlCondition Parse(out IReadOnlyList<byte[]> names)
    {
        _lexer.Advance();
        var condition = AsCondition(Or(), 0);
        names = _names;
        return condition;
    }

    private SqlNode Or() => Chain(SqlToken.Or);

    // Both operators of chains: OR over ANDs, AND over equalities.
    private SqlNode Chain(SqlToken operation)
    {
        var start = _lexer.Start;
        var first = operation == SqlToken.Or ? Chain(SqlToken.And) : Equality();
        if (_lexer.Kind != operation)
        {
            return first;
        }

        var operands = new List<SqlCondition>();
        var left = first;
        while (_lexer.Kind == operation)
        {
            _lexer.Advance();
            var rightStart = _lexer.Start;
            var right = operation == SqlToken.Or ? Chain(SqlToken.And) : Equality();
            if (operands.Count == 0)
            {
                operands.Add(AsCondition(left, start));
            }

            operands.Add(AsCondition(right, rightStart));
        }

        return Bounded(new SqlChain([.. operands], operation == SqlToken.Or ? Truth.True : Truth.False), start);
    }

    private SqlNode Equality()
    {
        var start = _lexer.Start;
        var left = Comparison();
        while (true)
        {
            switch (_lexer.Kind)
            {
                case SqlToken.Equal or SqlToken.NotEqual:
                    var isNegated = _lexer.Kind == SqlToken.NotEqual;
                    _lexer.Advance();
                    left = Equal(left, Comparison(), isNegated, start);
                    break;
                case SqlToken.Is:
                    _lexer.Advance();
                    var isNot = TryTake(SqlToken.Not);
                    Take(SqlToken.Null, "NULL");
                    left = NegatedIf(isNot, new SqlEquality(left, SqlTruthLiteral.Null));
                    break;
                default:
                    return Bounded(left, start);
            }
        }
    }

    private static SqlCondition Equal(SqlNode left, SqlNode right, bool isNegated, int start)
    {
        if (left == SqlTruthLiteral.Null || right == SqlTruthLiteral.Null)
        {
            throw new SqlSyntaxException(start, "NULL is equal to nothing; write IS NULL");
        }

        return left is SqlTruthLiteral && right is SqlTextLiteral or SqlNumberLiteral
            ? throw new SqlSyntaxException(start, "a truth value is never equal to a text or a number")
            : NegatedIf(isNegated, new SqlEquality(left, right));
    }

    private SqlNode Comparison()
    {
        var start = _lexer.Start;
        var left = Unary();
        while (true)
        {
            switch (_lexer.Kind)
            {
                case SqlToken.Greater or SqlToken.GreaterOrEqual or SqlToken.Less or SqlToken.LessOrEqual:
                    var relation = _lexer.Kind;
                    _lexer.Advance();
                    var rightStart = _lexer.Start;
                    left = new SqlOrder(relation, Ordered(left, start), Ordered(Unary(), rightStart));
                    break;
                case SqlToken.Not:
                    _lexer.Advance();
                    left = Ranged(left, isNegated: true, start);
                    break;
                case SqlToken.Between or SqlToken.In:
                    left = Ranged(left, isNegated: false, start);
                    break;
                default:
                    return Bounded(left, start);
            }
        }
    }

    private SqlNode Ranged(SqlNode left, bool isNegated, int start)
    {
        if (TryTake(SqlToken.Between))
        {
            return Between(left, isNegated, start);
        }

        Take(SqlToken.In, "BETWEEN or IN");
        Take(SqlToken.Open, "'('");
        var texts = new List<byte[]>();
        do
        {
            texts.Add(TakeText());
        }
        while (TryTake(SqlToken.Comma));

        Take(SqlToken.Close, "',' or ')'");
        return left is SqlProperty property
            ? new SqlMembership(property, texts, isNegated)
            : throw new SqlSyntaxException(start, "IN needs a property on its left");
    }

    private SqlChain Between(SqlNode value, bool isNegated, int start)
    {
        Ordered(value, start);
        var lowStart = _lexer.Start;
        var low = Ordered(Unary(), lowStart);
        Take(SqlToken.And, "AND");
        var highStart = _lexer.Start;
        var high = Ordered(Unary(), highStart);
        if (isNegated)
        {
            return new SqlChain(
                [new SqlOrder(SqlToken.Less, value, low), new SqlOrder(SqlToken.Greater, value, high)], Truth.True);
        }

        if (low is SqlNumberLiteral from && high is SqlNumberLiteral to
            && SqlComparison.TryOrder(from.Value, to.Value, out var order) && order > 0)
        {
            throw new SqlSyntaxException(lowStart, "the lower bound of BETWEEN is greater than the upper one");
        }

        return new SqlChain(
            [new SqlOrder(SqlToken.GreaterOrEqual, value, low), new SqlOrder(SqlToken.LessOrEqual, value, high)], Truth.False);
    }

    private SqlNode Unary()
    {
        var start = _lexer.Start;
        if (++_nesting > SqlExpression.MaxDepth)
        {
            throw TooDeep(start);
        }

        var node = _lexer.Kind switch
        {
            SqlToken.Plus => Signed(),
            SqlToken.Minus => new SqlNegation(Signed()),
            SqlToken.Not => new SqlNot(AsCondition(Signed(), start)),
            _ => Primary(start),
        };
        _nesting--;
        return Bounded(node, start);
    }

    // What stands behind a sign or NOT.
    private SqlNode Signed()
    {
        _lexer.Advance();
        return Unary();
    }

    private SqlNode Primary(int start)
    {
        SqlNode node;
        switch (_lexer.Kind)
        {
            case SqlToken.Open:
                _lexer.Advance();
                node = Or();
                Take(SqlToken.Close, "')'");
                return node;
            case SqlToken.Text:
                return new SqlTextLiteral(TakeText());
            case SqlToken.Name:
                node = Property(_lexer.Image.ToString(), start);
                break;
            case SqlToken.Integer:
                node = Integer(_lexer.Image, start);
                break;
            case SqlToken.Float:
                node = Float(_lexer.Image, start);
                break;
            case SqlToken.True:
                node = SqlTruthLiteral.True;
                break;
            case SqlToken.False:
                node = SqlTruthLiteral.False;
                break;
            case SqlToken.Null:
                node = SqlTruthLiteral.Null;
                break;
            default:
                throw Expected("a property, a value or '('");
        }

        _lexer.Advance();
        return node;
    }

    private SqlProperty Property(string name, int start)
    {
        if (!_slots.TryGetValue(name, out var slot))
        {
            slot = _names.Count;
            if (slot == SqlExpression.MaxNames)
            {
                throw new SqlSyntaxException(start, $"the expression names more than {SqlExpression.MaxNames} properties");
            }

            _slots.Add(name, slot);
            _names.Add(Encoding.UTF8.GetBytes(name));
        }

        return new SqlProperty(slot);
    }

    private static SqlNumberLiteral Integer(ReadOnlySpan<char> image, int start) =>
        long.TryParse(image.TrimEnd("lL"), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? new SqlNumberLiteral(value)
            : throw new SqlSyntaxException(start, $"{Shortened(image)} is greater than {long.MaxValue}");

    private static SqlNumberLiteral Float(ReadOnlySpan<char> image, int start)
    {
        var value = double.Parse(image, NumberStyles.Float, CultureInfo.InvariantCulture);
        return value is > 0 and <= double.MaxValue
            ? new SqlNumberLiteral(value)
            : throw new SqlSyntaxException(start, $"{Shortened(image)} is not between 4.9E-324 and 1.7976931348623157E308");
    }

    private byte[] TakeText()
    {
        if (_lexer.Kind != SqlToken.Text)
        {
            throw Expected("a text in quotes");
        }

        var content = _lexer.Image[1..^1].ToString().Replace("''", "'", StringComparison.Ordinal);
        _lexer.Advance();
        return Encoding.UTF8.GetBytes(content);
    }

    private void Take(SqlToken kind, string description)
    {
        if (!TryTake(kind))
        {
            throw Expected(description);
        }
    }

    private bool TryTake(SqlToken kind)
    {
        if (_lexer.Kind != kind)
        {
            return false;
        }

        _lexer.Advance();
        return true;
    }

    /// <summary>An operand of an order: neither a condition nor a literal other than a number.</summary>
    private static SqlNode Ordered(SqlNode node, int start) => node is SqlCondition or SqlTextLiteral
        ? throw new SqlSyntaxException(start, "only properties and numbers can be greater or less")
        : node;

    private static SqlCondition AsCondition(SqlNode node, int start) => node switch
    {
        SqlCondition condition => condition,
        SqlProperty property => new SqlPropertyCondition(property),
        _ => throw new SqlSyntaxException(start, "a condition is needed here, not a value"),
    };

    private static SqlCondition NegatedIf(bool isNegated, SqlCondition condition) => isNegated ? new SqlNot(condition) : condition;

    private static SqlNode Bounded(SqlNode node, int start) => node.Depth <= SqlExpression.MaxDepth ? node : throw TooDeep(start);

    private static SqlSyntaxException TooDeep(int start) =>
        new(start, $"the expression is nested deeper than {SqlExpression.MaxDepth}; use fewer parentheses");

    private readonly SqlSyntaxException Expected(string what) => _lexer.Kind == SqlToken.End
        ? new SqlSyntaxException(_lexer.Start, $"the expression ends where {what} is needed")
        : new SqlSyntaxException(_lexer.Start, $"{Shortened(_lexer.Image)} stands where {what} is needed");

    private static string Shortened(ReadOnlySpan<char> image) => image.Length <= 40 ? image.ToString() : $"{image[..40]}…";
}
