using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Filtering;

/// <summary>consumerFilter.json: read at the start, before the store, saved every ten seconds while something changes, and at the end.</summary>
internal sealed class ConsumerFiltersFile : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly ConsumerFilters _filters;
    private readonly FilterSettings _settings;
    private readonly ConfigFileSaver _saver;
    private readonly ILogger _logger;
    private long _savedChanges;
    private ITimer? _timer;

    /// <summary>Creates the file of a table; nothing is read or written yet.</summary>
    public ConsumerFiltersFile(ConsumerFilters filters, BrokerOptions options, ILogger<ConsumerFiltersFile> logger)
    {
        _filters = filters;
        _settings = options.Filter;
        _logger = logger;
        FilePath = Path.Combine(options.Store.ConfigDirectory, "consumerFilter.json");
        _saver = new ConfigFileSaver(FilePath, Content, logger);
    }

    /// <summary>Path of the file.</summary>
    public string FilePath { get; }

    /// <summary>Reads the file, or its backup.</summary>
    /// <exception cref="InvalidDataException">Neither can be read.</exception>
    public void Load()
    {
        var content = AtomicFile.Read(FilePath, bytes => BodyJson.Deserialize<ConsumerFilterTable>(bytes));
        if (content.FromBackup)
        {
            _logger.BackupUsed(content.Problem, FilePath);
        }

        if (content.Value is { } table && !_filters.Load(table))
        {
            _logger.FiltersIgnored(FilePath);
        }

        _savedChanges = _filters.Changes;
    }

    /// <summary>Begins to clean and save regularly.</summary>
    public void Start(TimeProvider clock) => _timer = clock.CreateTimer(_ => _ = CleanAndSaveAsync(), null, Period, Period);

    /// <summary>Saves the table as it is now.</summary>
    /// <returns><see langword="null"/>, or why it is not saved.</returns>
    public Task<string?> SaveAsync() => _saver.SaveAsync();

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private async Task CleanAndSaveAsync()
    {
        _filters.RemoveDead(TimeSpan.FromMilliseconds(_settings.FilterDataCleanTimeSpan));
        if (_filters.Changes != Volatile.Read(ref _savedChanges) && await SaveAsync() is not null)
        {
            Volatile.Write(ref _savedChanges, -1); // the saver has logged why; the next round tries again
        }
    }

    private byte[] Content()
    {
        // Read before the copy: a change in between is saved twice rather than not at all.
        Volatile.Write(ref _savedChanges, _filters.Changes);
        return FastjsonPretty.Serialize(_filters.ToTable());
    }
}
