using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Rocketeer.Storage.Scheduling;

/// <summary>
/// The file <c>config/delayOffset.json</c>: up to where each delay level is delivered (store.md section 19). Reads the original's form, whose
/// keys are bare numbers, and writes strict JSON, which the original reads as well. A file that does not parse is replaced by its
/// <c>.bak</c>.
/// </summary>
internal sealed partial class DelayOffsetFile
{
    private readonly string _path;

    /// <summary>Names the file of a store.</summary>
    /// <param name="rootDirectory">Root of the store.</param>
    public DelayOffsetFile(string rootDirectory) => _path = System.IO.Path.Combine(rootDirectory, "config", "delayOffset.json");

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>Formats offsets as the file has them.</summary>
    /// <param name="offsets">Next queue offset of each level; index 0 is level 1.</param>
    public static string Format(ReadOnlySpan<long> offsets)
    {
        var text = new StringBuilder("{\n\t\"offsetTable\":{");
        for (var i = 0; i < offsets.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"{i + 1}\":{offsets[i]}");
        }

        return text.Append("\n\t}\n}").ToString();
    }

    /// <summary>Reads the offsets into an array; levels that are not in the file stay as they are.</summary>
    /// <exception cref="StoreException">Neither the file nor its backup can be read.</exception>
    public void Load(Span<long> offsets)
    {
        var backup = _path + ".bak";
        if (TryParse(ReadOrEmpty(_path), offsets))
        {
            return;
        }

        var text = ReadOrEmpty(backup);
        if (text.Length > 0 && !TryParse(text, offsets))
        {
            throw new StoreException(
                $"Neither {_path} nor {backup} can be read as delay offsets; restore one of them, or delete both to begin each level at its "
                + "first message.");
        }
    }

    /// <summary>Writes the offsets: beside the file, then in its place; the file before becomes the backup.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Save(ReadOnlySpan<long> offsets)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        var temporary = _path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(Format(offsets)));
            stream.Flush(flushToDisk: true);
        }

        if (File.Exists(_path))
        {
            File.Copy(_path, _path + ".bak", overwrite: true);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    private static bool TryParse(string text, Span<long> offsets)
    {
        var table = Table().Match(text);
        if (!table.Success)
        {
            return false;
        }

        foreach (Match pair in Pair().Matches(table.Groups[1].Value))
        {
            if (!int.TryParse(pair.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var level)
                || !long.TryParse(pair.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                return false;
            }

            if (level >= 1 && level <= offsets.Length)
            {
                offsets[level - 1] = offset;
            }
        }

        return true;
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException($"The file {path} cannot be read; check its permissions.", e);
        }
    }

    [GeneratedRegex("""^\s*\{\s*"offsetTable"\s*:\s*\{((?:\s*"?\d+"?\s*:\s*\d+\s*,?)*)\s*\}\s*\}\s*$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Table();

    [GeneratedRegex("""(\d+)"?\s*:\s*(\d+)""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pair();
}
