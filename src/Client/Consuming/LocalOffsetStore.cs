using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Consuming;

/// <summary>
/// Offsets in a file of the host, <c>offsets.json</c> as the original lays it out: broadcasting (reference: namesrv-and-client.md
/// section E10). The file is replaced as a whole, its predecessor stays as <c>.bak</c>.
/// </summary>
#pragma warning disable CA1001 // the semaphore has no wait handle
internal sealed class LocalOffsetStore(string path, ILogger logger) : IOffsetStore
#pragma warning restore CA1001
{
    private readonly ConcurrentDictionary<MessageQueue, long> _offsets = new();
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Where the offsets of a consumer lie.</summary>
    public static string PathOf(string directory, string owner, string group) => Path.Combine(directory, owner, group, "offsets.json");

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        LocalOffsetTable? table = null;
        try
        {
            table = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (BodyFormatException unreadable)
        {
            logger.OffsetFileUnreadable(unreadable, path);
        }

        table ??= await ReadBackupAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (queue, offset) in table?.OffsetTable ?? [])
        {
            _offsets[queue] = offset;
        }
    }

    public long? Read(MessageQueue queue) => _offsets.TryGetValue(queue, out var offset) ? offset : null;

    public ValueTask<long?> FetchAsync(MessageQueue queue, CancellationToken cancellationToken) => new(Read(queue));

    public void Update(MessageQueue queue, long offset, bool increaseOnly) => OffsetTable.Update(_offsets, queue, offset, increaseOnly);

    public ValueTask PersistAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        new(WriteAsync(_offsets.ToDictionary(), cancellationToken));

    public async ValueTask PersistAllAsync(IReadOnlyCollection<MessageQueue> held, CancellationToken cancellationToken)
    {
        try
        {
            // Offsets of queues that are not held now are kept: a broker that is away for a while must not begin anew when it is back.
            await WriteAsync(_offsets.ToDictionary(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.OffsetFileFailed(failure, path);
        }
    }

    /// <summary>Does nothing: all queues of a topic are this consumer's own, so a queue that went away comes back to it.</summary>
    public void Forget(MessageQueue queue)
    {
    }

    public IReadOnlyDictionary<MessageQueue, long> Snapshot(string topic) => OffsetTable.OfTopic(_offsets, topic);

    private static async ValueTask<LocalOffsetTable?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        return bytes.Length == 0 ? null : BodyJson.Deserialize<LocalOffsetTable>(bytes);
    }

    private async ValueTask<LocalOffsetTable?> ReadBackupAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(path + ".bak", cancellationToken).ConfigureAwait(false);
        }
        catch (BodyFormatException unreadable)
        {
            throw new InvalidDataException(
                $"Neither the offset file '{path}' nor its backup can be read; repair or delete both, and the group begins where its options say.",
                unreadable);
        }
    }

    private async Task WriteAsync(Dictionary<MessageQueue, long> offsets, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var content = FastjsonPretty.Serialize(new LocalOffsetTable { OffsetTable = offsets });
            await File.WriteAllBytesAsync(path + ".tmp", content, cancellationToken).ConfigureAwait(false);
            if (File.Exists(path))
            {
                File.Copy(path, path + ".bak", overwrite: true);
            }

            File.Move(path + ".tmp", path, overwrite: true);
        }
        finally
        {
            _writing.Release();
        }
    }
}
