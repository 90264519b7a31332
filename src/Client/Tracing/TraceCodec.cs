using System.Globalization;
using System.Text;

namespace Rocketeer.Client.Tracing;

/// <summary>Reads the bodies of trace messages, ours and those of the original's clients (reference: namesrv-and-client.md D1).</summary>
public static class TraceCodec
{
    internal const char FieldSeparator = '\u0001';
    internal const char RecordSeparator = '\u0002';
    internal const string Missing = "null";
    internal const string Send = "Pub";
    internal const string HandlingBegin = "SubBefore";
    internal const string HandlingEnded = "SubAfter";

    /// <summary>The records of a body, in their order. Records of kinds that this version does not know are left out.</summary>
    /// <param name="body">Body of a message of the trace topic.</param>
    /// <exception cref="FormatException">A record has too few fields, or a number that is none.</exception>
    public static IReadOnlyList<TraceRecord> Decode(ReadOnlySpan<byte> body)
    {
        var records = new List<TraceRecord>();
        foreach (var text in Encoding.UTF8.GetString(body).Split(RecordSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = text.Split(FieldSeparator);
            TraceRecord? record = fields[0] switch
            {
                Send => DecodeSend(fields),
                HandlingBegin => DecodeBegin(fields),
                HandlingEnded => DecodeEnd(fields),
                _ => null,
            };
            if (record is not null)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static SendTrace DecodeSend(string[] fields)
    {
        // Producers before 4.4 do not tell the offset id.
        var offsetId = fields.Length >= 14 ? TextOrNull(fields[12]) : null;
        Require(fields, 13);
        return new SendTrace(fields[5], TextOrNull(fields[7]))
        {
            Time = Time(fields[1]),
            Region = TextOrNull(fields[2]),
            Group = fields[3],
            Topic = fields[4],
            Tag = TextOrNull(fields[6]),
            BrokerAddress = fields[8],
            BodyBytes = Number(fields[9]),
            Cost = TimeSpan.FromMilliseconds(Number(fields[10])),
            Kind = (TracedMessageKind)Number(fields[11]),
            OffsetMessageId = offsetId,
            Succeeded = fields[fields.Length >= 14 ? 13 : 12] == "true",
        };
    }

    private static HandlingBeginTrace DecodeBegin(string[] fields)
    {
        Require(fields, 8);
        return new HandlingBeginTrace(fields[5], TextOrNull(fields[7]))
        {
            Time = Time(fields[1]),
            Region = TextOrNull(fields[2]),
            Group = fields[3],
            RequestId = fields[4],
            RetryTimes = Number(fields[6]),
        };
    }

    private static HandlingEndTrace DecodeEnd(string[] fields)
    {
        Require(fields, 6);
        return new HandlingEndTrace(fields[2], TextOrNull(fields[5]))
        {
            RequestId = fields[1],
            Cost = TimeSpan.FromMilliseconds(Number(fields[3])),
            Succeeded = fields[4] == "true",
            End = fields.Length > 6 ? (HandlingEnd)Number(fields[6]) : HandlingEnd.Succeeded,
        };
    }

    private static void Require(string[] fields, int count)
    {
        if (fields.Length < count)
        {
            throw new FormatException($"A trace record '{fields[0]}' has {fields.Length} fields; it must have {count}.");
        }
    }

    private static string? TextOrNull(string text) => text == Missing ? null : text;

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"A trace record contains '{text}' where a number must be.");

    private static DateTimeOffset Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new FormatException($"A trace record contains '{text}' where a time must be.");
}
