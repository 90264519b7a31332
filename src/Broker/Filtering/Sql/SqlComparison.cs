using System.Text;

namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>
/// Equality and order of values of any kinds (docs/sql-filter.md): a text that meets a number is read as a number of that very kind, and
/// the comparison fails when it is none.
/// </summary>
internal static class SqlComparison
{
    private const int Unequal = -1;

    /// <summary>Whether two values are equal.</summary>
    public static Truth AreEqual(in SqlValue left, in SqlValue right)
    {
        if (left.Kind == SqlKind.Null)
        {
            return right.Kind == SqlKind.Null ? Truth.True : Truth.Unknown;
        }

        if (right.Kind == SqlKind.Null)
        {
            return Truth.False;
        }

        if (left.Kind == SqlKind.Text && right.Kind == SqlKind.Text)
        {
            return left.Text.SequenceEqual(right.Text) ? Truth.True : Truth.False;
        }

        return !TryCompare(left, right, out var order) ? Truth.Failed : order == 0 ? Truth.True : Truth.False;
    }

    /// <summary>Orders two values, neither of them null. Two texts are ordered as numbers.</summary>
    /// <param name="left">Left value.</param>
    /// <param name="right">Right value.</param>
    /// <param name="order">Negative, 0 or positive, as left is less, equal or greater.</param>
    /// <returns>False when they cannot be compared.</returns>
    public static bool TryOrder(in SqlValue left, in SqlValue right, out int order)
    {
        if (left.Kind != SqlKind.Text || right.Kind != SqlKind.Text)
        {
            return TryCompare(left, right, out order);
        }

        order = 0;
        if (!JavaNumber.TryParse(left.Text, out double leftNumber) || !JavaNumber.TryParse(right.Text, out double rightNumber))
        {
            return false;
        }

        order = Compare(leftNumber, rightNumber);
        return true;
    }

    private static bool TryCompare(in SqlValue left, in SqlValue right, out int order)
    {
        if (left.Kind == SqlKind.Text)
        {
            return TryCompareText(left.Text, right, isTextLeft: true, out order);
        }

        if (right.Kind == SqlKind.Text)
        {
            return TryCompareText(right.Text, left, isTextLeft: false, out order);
        }

        if (left.Kind == SqlKind.Boolean || right.Kind == SqlKind.Boolean)
        {
            order = left.Kind == right.Kind ? left.Boolean.CompareTo(right.Boolean) : Unequal;
        }
        else if (left.Kind == SqlKind.Double || right.Kind == SqlKind.Double)
        {
            order = Compare(left.Number, right.Number);
        }
        else
        {
            order = left.Integer.CompareTo(right.Integer);
        }

        return true;
    }

    private static bool TryCompareText(ReadOnlySpan<byte> text, in SqlValue other, bool isTextLeft, out int order)
    {
        order = 0;
        switch (other.Kind)
        {
            case SqlKind.Boolean when isTextLeft:
                order = Ascii.EqualsIgnoreCase(text, "true"u8).CompareTo(other.Boolean);
                return true;
            case SqlKind.Int when JavaNumber.TryParse(text, out int number):
                order = ((long)number).CompareTo(other.Integer);
                break;
            case SqlKind.Long when JavaNumber.TryParse(text, out long number):
                order = number.CompareTo(other.Integer);
                break;
            case SqlKind.Double when JavaNumber.TryParse(text, out double number):
                order = Compare(number, other.Number);
                break;
            default:
                return false; // no number; or a boolean on the left of a text, which the original cannot compare
        }

        order = isTextLeft ? order : -order;
        return true;
    }

    /// <summary>Java's order: NaN is greater than everything and equal to itself, −0.0 is less than 0.0.</summary>
    private static int Compare(double left, double right)
    {
        if (left < right)
        {
            return -1;
        }

        if (left > right)
        {
            return 1;
        }

        return double.IsNaN(left) || double.IsNaN(right)
            ? double.IsNaN(left).CompareTo(double.IsNaN(right))
            : BitConverter.DoubleToInt64Bits(left).CompareTo(BitConverter.DoubleToInt64Bits(right));
    }
}
