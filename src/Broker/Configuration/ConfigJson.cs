using System.Buffers;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Lays compact JSON out as the original's configuration files have it (reference: store.md section 19): one tab per level, a line per
/// member; the entries of maps with numeric keys share a line, only their closing brace gets one.
/// </summary>
internal static class ConfigJson
{
    /// <summary>The pretty form.</summary>
    /// <param name="compact">JSON without blanks between its tokens.</param>
    /// <param name="bareNumericKeys">Whether keys that are numbers lose their quotes; only where no name can be a number.</param>
    public static byte[] Indent(ReadOnlySpan<byte> compact, bool bareNumericKeys = false)
    {
        var output = new ArrayBufferWriter<byte>(compact.Length * 2);
        var numericKeys = new Stack<bool>();
        for (var i = 0; i < compact.Length; i++)
        {
            var c = compact[i];
            switch (c)
            {
                case (byte)'"':
                    var end = EndOfString(compact, i);
                    var bare = numericKeys.TryPeek(out var numeric) && numeric && compact[end] == ':';
                    output.Write(bare ? compact[(i + 1)..(end - 1)] : compact[i..end]);
                    i = end - 1;
                    break;
                case (byte)'{' when i + 1 < compact.Length && compact[i + 1] == '}':
                    output.Write("{}"u8);
                    i++;
                    break;
                case (byte)'{':
                    output.Write("{"u8);
                    numericKeys.Push(bareNumericKeys && IsNumber(compact[(i + 2)..(EndOfString(compact, i + 1) - 1)]));
                    BreakLine(output, numericKeys, unless: numericKeys.Peek());
                    break;
                case (byte)'}':
                    numericKeys.Pop();
                    BreakLine(output, numericKeys, unless: false);
                    output.Write("}"u8);
                    break;
                case (byte)'[':
                    var close = EndOfArray(compact, i);
                    output.Write(compact[i..close]);
                    i = close - 1;
                    break;
                case (byte)',':
                    output.Write(","u8);
                    BreakLine(output, numericKeys, unless: numericKeys.Peek());
                    break;
                default:
                    output.Write([c]);
                    break;
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static void BreakLine(ArrayBufferWriter<byte> output, Stack<bool> levels, bool unless)
    {
        if (unless)
        {
            return;
        }

        output.Write("\n"u8);
        for (var i = 0; i < levels.Count; i++)
        {
            output.Write("\t"u8);
        }
    }

    private static bool IsNumber(ReadOnlySpan<byte> key) => !key.IsEmpty && !key.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var i = start + 1;
        while (json[i] != '"')
        {
            i += json[i] == '\\' ? 2 : 1;
        }

        return i + 1;
    }

    private static int EndOfArray(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        for (var i = start; ; i++)
        {
            if (json[i] == '"')
            {
                i = EndOfString(json, i) - 1;
            }
            else if (json[i] == '[')
            {
                depth++;
            }
            else if (json[i] == ']' && --depth == 0)
            {
                return i + 1;
            }
        }
    }
}
