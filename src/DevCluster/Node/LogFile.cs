using System.Text;

namespace Rocketeer.DevCluster.Node;

/// <summary>What a container writes, line by line: the file begins anew when it is full, and the former one is kept. Thread-safe.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private FileStream? _file;

    /// <summary>Begins a file; that of the run before is kept as the previous one.</summary>
    public LogFile(string path, long maxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            File.Move(path, PreviousOf(path), overwrite: true);
        }

        _file = Open();
    }

    /// <summary>Where the output of the run before is.</summary>
    public static string PreviousOf(string path) => path + ".previous";

    /// <summary>Where the output before the file was full is.</summary>
    public static string FormerOf(string path) => path + ".1";

    /// <summary>Adds a line; none after the file was closed.</summary>
    public void WriteLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            if (_file is null)
            {
                return;
            }

            if (_file.Length > 0 && _file.Length + bytes.Length > _maxBytes)
            {
                _file.Dispose();
                File.Move(_path, FormerOf(_path), overwrite: true);
                _file = Open();
            }

            _file.Write(bytes);
            _file.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private FileStream Open() => new(_path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
