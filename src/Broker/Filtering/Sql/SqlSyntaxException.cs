namespace Rocketeer.Broker.Filtering.Sql;

/// <summary>A text is no SQL92 expression, or one beyond the limits; the message is one sentence that says where and why.</summary>
internal sealed class SqlSyntaxException : FormatException
{
    public SqlSyntaxException(string message)
        : base(message)
    {
    }

    /// <param name="position">Index of the character.</param>
    /// <param name="problem">What is wrong there.</param>
    public SqlSyntaxException(int position, string problem)
        : base($"at character {position + 1}: {problem}")
    {
    }
}
