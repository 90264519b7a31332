using System.Globalization;
using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>Writes the fields of one record. Missing texts are written as <c>null</c>, as the original does.</summary>
internal readonly struct TraceWriter
{
    private readonly StringBuilder _text;

    public TraceWriter(StringBuilder text, string kind) => _text = text.Append(kind);

    public TraceWriter Field(string? value)
    {
        _text.Append(TraceCodec.FieldSeparator).Append(value ?? TraceCodec.Missing);
        return this;
    }

    public TraceWriter Field(long value)
    {
        _text.Append(TraceCodec.FieldSeparator).Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    public TraceWriter Field(bool value) => Field(value ? "true" : "false");

    public void End() => _text.Append(TraceCodec.RecordSeparator);
}
