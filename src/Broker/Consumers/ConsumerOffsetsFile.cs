using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Consumers;

/// <summary>consumerOffset.json: read at the start, saved every few seconds while something changes, and at the end.</summary>
internal sealed class ConsumerOffsetsFile : IDisposable
{
    private static readonly TimeSpan FirstSave = TimeSpan.FromSeconds(10);
    private readonly ConsumerOffsets _offsets;
    private readonly ConfigFileSaver _saver;
    private readonly ILogger _logger;
    private long _savedChanges;
    private ITimer? _timer;

    /// <summary>Creates the file of a table; nothing is read or written yet.</summary>
    public ConsumerOffsetsFile(ConsumerOffsets offsets, string configDirectory, ILogger<ConsumerOffsetsFile> logger)
    {
        _offsets = offsets;
        _logger = logger;
        FilePath = Path.Combine(configDirectory, "consumerOffset.json");
        _saver = new ConfigFileSaver(FilePath, Content, logger);
    }

    /// <summary>Path of the file.</summary>
    public string FilePath { get; }

    /// <summary>Reads the file, or its backup.</summary>
    /// <exception cref="InvalidDataException">Neither can be read.</exception>
    public void Load()
    {
        var content = AtomicFile.Read(FilePath, bytes => BodyJson.Deserialize<ConsumerOffsetTable>(bytes));
        if (content.FromBackup)
        {
            _logger.BackupUsed(content.Problem, FilePath);
        }

        if (content.Value is { } loaded && _offsets.Load(loaded.OffsetTable) is > 0 and var skipped)
        {
            _logger.OffsetKeysSkipped(FilePath, skipped);
        }

        _savedChanges = _offsets.Changes;
    }

    /// <summary>Begins to save regularly.</summary>
    public void Start(TimeProvider clock, TimeSpan period) => _timer = clock.CreateTimer(_ => _ = SaveIfChangedAsync(), null, FirstSave, period);

    /// <summary>Saves the table as it is now.</summary>
    /// <returns><see langword="null"/>, or why it is not saved.</returns>
    public Task<string?> SaveAsync() => _saver.SaveAsync();

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private async Task SaveIfChangedAsync()
    {
        if (_offsets.Changes != Volatile.Read(ref _savedChanges) && await SaveAsync() is not null)
        {
            Volatile.Write(ref _savedChanges, -1); // the saver has logged why; the next round tries again
        }
    }

    private byte[] Content()
    {
        // Read before the copy: a change in between is saved twice rather than not at all.
        Volatile.Write(ref _savedChanges, _offsets.Changes);
        return FastjsonPretty.Serialize(_offsets.ToTable());
    }
}
