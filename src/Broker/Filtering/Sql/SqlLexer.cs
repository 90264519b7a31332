namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>Kinds of tokens of docs/sql-filter.md.</summary>
internal enum SqlToken
{
    End,
    Name,
    Text,
    Integer,
    Float,
    Not,
    And,
    Or,
    Between,
    In,
    True,
    False,
    Null,
    Is,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Open,
    Close,
    Comma,
    Plus,
    Minus,
}

/// <summary>
/// Cuts an expression into tokens, one at a time: what follows a complete expression is never looked at beyond its first token, as in the
/// original.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    /// <summary>Kind of the current token; <see cref="SqlToken.End"/> before the first.</summary>
    public SqlToken Kind { get; private set; }

    /// <summary>Index of the current token's first character.</summary>
    public int Start { get; private set; }

    /// <summary>Tokens read.</summary>
    public int Count { get; private set; }

    /// <summary>The current token as it is written.</summary>
    public readonly ReadOnlySpan<char> Image => _text[Start.._next];

    /// <summary>Goes to the next token.</summary>
    /// <exception cref="SqlSyntaxException">A character that begins none, or too many tokens.</exception>
    public void Advance()
    {
        SkipBlanksAndComments();
        Start = _next;
        if (_next == _text.Length)
        {
            Kind = SqlToken.End;
            return;
        }

        if (++Count > SqlExpression.MaxTokens)
        {
            throw new SqlSyntaxException(Start, $"the expression has more than {SqlExpression.MaxTokens} tokens; make it shorter");
        }

        var first = _text[_next];
        Kind = first switch
        {
            '\'' => ReadText(),
            '.' => ReadNumber(),
            _ when char.IsAsciiDigit(first) => ReadNumber(),
            _ when IsNamePart(first) => ReadName(),
            _ => ReadSymbol(first),
        };
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';

    private readonly char At(int index) => index < _text.Length ? _text[index] : '\0';

    private void SkipBlanksAndComments()
    {
        while (_next < _text.Length)
        {
            var c = _text[_next];
            if (c is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _next++;
            }
            else if (c == '-' && At(_next + 1) == '-' && _text[_next..].IndexOfAny('\n', '\r') is >= 0 and var lineEnd)
            {
                _next += lineEnd + 1; // without a line end it is no comment but two signs
            }
            else if (c == '/' && At(_next + 1) == '*' && _text[(_next + 2)..].IndexOf("*/") is >= 0 and var commentEnd)
            {
                _next += commentEnd + 4;
            }
            else
            {
                return;
            }
        }
    }

    private SqlToken ReadText()
    {
        for (var i = _next + 1; i < _text.Length; i++)
        {
            if (_text[i] != '\'')
            {
                continue;
            }

            if (At(i + 1) == '\'')
            {
                i++; // two quotes stand for one
                continue;
            }

            _next = i + 1;
            return SqlToken.Text;
        }

        throw new SqlSyntaxException(Start, "the text that begins here has no closing quote");
    }

    private SqlToken ReadNumber()
    {
        var digitsEnd = SkipDigits(_next);
        var end = digitsEnd;
        if (At(end) == '.' && (end > _next || char.IsAsciiDigit(At(end + 1))))
        {
            end = SkipDigits(end + 1);
        }

        var isFloat = end > digitsEnd;
        if (end > _next && At(end) is 'e' or 'E')
        {
            var digits = end + (At(end + 1) is '+' or '-' ? 2 : 1);
            if (char.IsAsciiDigit(At(digits)))
            {
                end = SkipDigits(digits);
                isFloat = true;
            }
        }

        if (isFloat)
        {
            _next = end;
            return SqlToken.Float;
        }

        if (digitsEnd == _next)
        {
            throw Unexpected('.');
        }

        // A leading zero is a number of its own; what follows it is another token.
        _next = _text[_next] == '0' ? _next + 1 : digitsEnd + (At(digitsEnd) is 'l' or 'L' ? 1 : 0);
        return SqlToken.Integer;
    }

    private readonly int SkipDigits(int index)
    {
        while (char.IsAsciiDigit(At(index)))
        {
            index++;
        }

        return index;
    }

    private SqlToken ReadName()
    {
        while (IsNamePart(At(_next)))
        {
            _next++;
        }

        Span<char> upper = stackalloc char[7]; // the longest keyword
        return Image.Length > upper.Length || Image.ToUpperInvariant(upper) < 0
            ? SqlToken.Name
            : upper[..Image.Length] switch
            {
                "NOT" => SqlToken.Not,
                "AND" => SqlToken.And,
                "OR" => SqlToken.Or,
                "BETWEEN" => SqlToken.Between,
                "IN" => SqlToken.In,
                "TRUE" => SqlToken.True,
                "FALSE" => SqlToken.False,
                "NULL" => SqlToken.Null,
                "IS" => SqlToken.Is,
                _ => SqlToken.Name,
            };
    }

    private SqlToken ReadSymbol(char first)
    {
        _next++;
        switch (first)
        {
            case '=':
                return SqlToken.Equal;
            case '(':
                return SqlToken.Open;
            case ')':
                return SqlToken.Close;
            case ',':
                return SqlToken.Comma;
            case '+':
                return SqlToken.Plus;
            case '-':
                return SqlToken.Minus;
            case '<' when At(_next) == '>':
                _next++;
                return SqlToken.NotEqual;
            case '<' when At(_next) == '=':
                _next++;
                return SqlToken.LessOrEqual;
            case '<':
                return SqlToken.Less;
            case '>' when At(_next) == '=':
                _next++;
                return SqlToken.GreaterOrEqual;
            case '>':
                return SqlToken.Greater;
            default:
                throw Unexpected(first);
        }
    }

    private readonly SqlSyntaxException Unexpected(char c) =>
        new(Start, char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4} begins no token" : $"'{c}' begins no token");
}
