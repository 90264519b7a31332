namespace Rocketeer.Hosting;

/// <summary>
/// Replaces small files so that a crash at any point leaves the old or the new content, in the original's form: the new content goes to
/// <c>path.tmp</c>, the old one is kept as <c>path.bak</c>, then the new file takes the name. Unlike the original it syncs before it
/// renames, and never deletes the old file first. Writers of the same path must take turns; other paths are independent.
/// </summary>
public static class AtomicFile
{
    /// <summary>Longest file read, in bytes; protects a start against a foreign file in the place of a table.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Replaces a file; missing directories are made.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="IOException">The disk refused; the old file is still in place.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write there; the old file is still in place.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(directory);
        WriteSynced(full + ".tmp", content);
        if (TryReadBytes(full) is { Length: > 0 } old)
        {
            // The backup is replaced as carefully as the file: a crash must not cost both.
            WriteSynced(full + ".bak.tmp", old);
            File.Move(full + ".bak.tmp", full + ".bak", overwrite: true);
        }

        File.Move(full + ".tmp", full, overwrite: true);
        DirectorySync.Flush(directory);
    }

    /// <summary>
    /// Reads a file by the original's rule: when it is missing, empty or cannot be parsed, <c>path.bak</c> is taken instead.
    /// </summary>
    /// <typeparam name="T">What the content means.</typeparam>
    /// <param name="path">Path of the file.</param>
    /// <param name="parse">Understands the content, or throws.</param>
    /// <returns>The value and where it came from; <see cref="AtomicFileContent{T}.Found"/> is false when neither file has content.</returns>
    /// <exception cref="InvalidDataException">Content is there, but neither file can be read and understood; the message names both.</exception>
    public static AtomicFileContent<T> Read<T>(string path, Func<byte[], T> parse)
    {
        Exception? problem = null;
        foreach (var candidate in (ReadOnlySpan<string>)[path, path + ".bak"])
        {
            try
            {
                if (TryReadBytes(candidate) is { Length: > 0 } bytes)
                {
                    return new AtomicFileContent<T>(parse(bytes), Found: true, FromBackup: candidate != path, problem);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                problem ??= e;
            }
        }

        return problem is null
            ? new AtomicFileContent<T>(default, Found: false, FromBackup: false, Problem: null)
            : throw new InvalidDataException(
                $"{path} cannot be read ({problem.Message.TrimEnd('.')}) and {path}.bak is no replacement; restore one of them, or remove both to begin empty.",
                problem);
    }

    private static void WriteSynced(string path, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static byte[]? TryReadBytes(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (file.Length > MaxBytes)
            {
                throw new InvalidDataException($"{path} is {file.Length} bytes long, more than the {MaxBytes} a table may have");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
