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
}
