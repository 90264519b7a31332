using System.Text.Json;
using System.Text.Json.Serialization;
using Rocketeer.Hosting;

namespace Rocketeer.Broker.Roles;

/// <summary>
/// <c>config/rocketeerRole.json</c>: the last decision about this broker's role. The original ignores the file. Its backup is never read:
/// an older epoch would let a master that was replaced believe that it still is one.
/// </summary>
/// <param name="configDirectory">Directory of the tables of the store.</param>
internal sealed partial class RoleFile(string configDirectory)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(configDirectory, "rocketeerRole.json");

    /// <summary>Reads the record.</summary>
    /// <returns><see langword="null"/> when nobody has decided yet, and the configuration counts.</returns>
    /// <exception cref="InvalidDataException">The file is there and makes no sense.</exception>
    public RoleRecord? Read()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(Path);
            var record = file.Length > LongestFile ? null : JsonSerializer.Deserialize(file, RoleJson.Default.RoleRecord);
            return record is { Epoch: > 0, Epochs: not null } && RoleNames.TryParse(record.Role, out _)
                ? record
                : throw new InvalidDataException($"{Path} is no record of a role; remove it if the role of the configuration is to count.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{Path} is no record of a role; remove it if the role of the configuration is to count.", e);
        }
    }

    /// <summary>Replaces the record; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">The disk refused; the old record is in force.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write there; the old record is in force.</exception>
    public void Write(RoleRecord record) => AtomicFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(record, RoleJson.Default.RoleRecord));

    [JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(RoleRecord))]
    private sealed partial class RoleJson : JsonSerializerContext;
}
