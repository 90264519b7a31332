using Rocketeer.Hosting;
using Rocketeer.Protocol.Bodies;

namespace Rocketeer.Broker.Topics;

/// <summary>topics.json.</summary>
internal sealed partial class TopicRegistry
{
    /// <summary>Reads topics.json, or its backup; what it has replaces system topics of the same name.</summary>
    /// <exception cref="InvalidDataException">Neither can be read.</exception>
    public void Load()
    {
        var content = AtomicFile.Read(FilePath, bytes => BodyJson.Deserialize<TopicConfigSerializeWrapper>(bytes));
        if (content.FromBackup)
        {
            _logger.BackupUsed(content.Problem, FilePath);
        }

        if (content.Value is not { } loaded)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (name, topic) in loaded.TopicConfigTable)
            {
                _topics[name] = topic;
            }

            _version = loaded.DataVersion;
        }
    }

    /// <summary>Takes over the topics of the master that this broker follows, all of them and no others, and saves them in the background.</summary>
    /// <returns>False when they were known already.</returns>
    public bool Replace(TopicConfigSerializeWrapper master)
    {
        lock (_lock)
        {
            if (_version == master.DataVersion)
            {
                return false;
            }

            foreach (var name in _topics.Keys.Where(name => !master.TopicConfigTable.ContainsKey(name)))
            {
                _topics.TryRemove(name, out _);
            }

            foreach (var (name, topic) in master.TopicConfigTable)
            {
                _topics[name] = topic;
            }

            _version = master.DataVersion;
        }

        _ = SaveAsync();
        return true;
    }
}
