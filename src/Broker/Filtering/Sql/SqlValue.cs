namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>What kind of value a part of an expression has.</summary>
internal enum SqlKind : byte
{
    /// <summary>None: the property is missing.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>32-bit integer.</summary>
    Int,

    /// <summary>64-bit integer.</summary>
    Long,

    /// <summary>64-bit floating point number.</summary>
    Double,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>The evaluation failed; the message does not match.</summary>
    Failed,
}

/// <summary>A value during an evaluation. Text is not copied: it points into the message's properties or into the expression.</summary>
internal readonly ref struct SqlValue
{
    private readonly long _bits;

    private SqlValue(SqlKind kind, long bits, ReadOnlySpan<byte> text = default)
    {
        Kind = kind;
        _bits = bits;
        Text = text;
    }

    public static SqlValue Null => default;

    public static SqlValue Failed => new(SqlKind.Failed, 0);

    public SqlKind Kind { get; }

    /// <summary>The value of <see cref="SqlKind.Boolean"/>.</summary>
    public bool Boolean => _bits != 0;

    /// <summary>The value of <see cref="SqlKind.Int"/> and <see cref="SqlKind.Long"/>.</summary>
    public long Integer => _bits;

    /// <summary>The value of any number.</summary>
    public double Number => Kind == SqlKind.Double ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    /// <summary>The value of <see cref="SqlKind.Text"/>.</summary>
    public ReadOnlySpan<byte> Text { get; }

    public static SqlValue Of(bool value) => new(SqlKind.Boolean, value ? 1 : 0);

    public static SqlValue Of(int value) => new(SqlKind.Int, value);

    public static SqlValue Of(long value) => new(SqlKind.Long, value);

    public static SqlValue Of(double value) => new(SqlKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static SqlValue Of(ReadOnlySpan<byte> text) => new(SqlKind.Text, 0, text);

    public static SqlValue Of(Truth truth) => truth switch
    {
        Truth.True => Of(true),
        Truth.False => Of(false),
        Truth.Unknown => Null,
        _ => Failed,
    };
}

/// <summary>Outcome of a condition: SQL's three values, and the failure to tell.</summary>
internal enum Truth : byte
{
    False,
    True,

    /// <summary>Null.</summary>
    Unknown,

    /// <summary>A text that had to be a number is none, or the like. Ends the evaluation.</summary>
    Failed,
}
