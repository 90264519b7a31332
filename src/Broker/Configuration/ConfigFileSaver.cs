using Microsoft.Extensions.Logging;
using Rocketeer.Hosting;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Saves one JSON file away from the threads that change its table. Changes that come while a save runs share the next one, so that
/// creating ten thousand topics does not write ten thousand files. Thread-safe.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="content">Makes the content; called on a thread of the pool, one call at a time.</param>
/// <param name="logger">Told about failures.</param>
internal sealed class ConfigFileSaver(string path, Func<byte[]> content, ILogger logger)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<string?>? _next;
    private bool _running;

    /// <summary>Saves the table as it is now, or later.</summary>
    /// <returns>Completes when the state of this moment is on the disk: <see langword="null"/>, or why it is not.</returns>
    public Task<string?> SaveAsync()
    {
        lock (_lock)
        {
            _next ??= new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(SaveUntilIdle);
            }

            return _next.Task;
        }
    }

    private void SaveUntilIdle()
    {
        while (true)
        {
            TaskCompletionSource<string?> current;
            lock (_lock)
            {
                if (_next is null)
                {
                    _running = false;
                    return;
                }

                current = _next;
                _next = null;
            }

            current.SetResult(Save());
        }
    }

    private string? Save()
    {
        try
        {
            AtomicFile.Write(path, content());
            return null;
        }
        catch (Exception e)
        {
            // Whatever failed, the table in memory is right and the next change tries again; the caller is told.
            logger.ConfigFileNotSaved(e, path);
            return $"{path} cannot be saved: {e.Message}";
        }
    }
}
