using System.Globalization;

namespace Rocketeer.DevCluster.Processes;

/// <summary>Writes the property files that the servers are started with: the same keys as for any broker and name server.</summary>
internal static class ConfigFiles
{
    private const int CommitLogFileSize = 64 * 1024 * 1024;
    private const int ConsumeQueueFileSize = 600_000;

    public static string NameServer(string directory, int port)
    {
        var home = Path.Combine(directory, "namesrv-0");
        return Write(
            Path.Combine(home, "namesrv.conf"),
            ("bindAddress", "127.0.0.1"),
            ("listenPort", Number(port)),
            ("kvConfigPath", Path.Combine(home, "kvConfig.json")),
            ("configStorePath", Path.Combine(home, "namesrv.properties")));
    }

    public static string Broker(string directory, string name, int brokerId, int port, int nameServerPort)
    {
        var home = Path.Combine(directory, name);
        return Write(
            Path.Combine(home, "broker.conf"),
            ("brokerClusterName", LocalCluster.ClusterName),
            ("brokerName", "broker-a"),
            ("brokerId", Number(brokerId)),
            ("brokerRole", brokerId == 0 ? "ASYNC_MASTER" : "SLAVE"),
            ("brokerIP1", "127.0.0.1"),
            ("brokerIP2", "127.0.0.1"),
            ("bindAddress", "127.0.0.1"),
            ("listenPort", Number(port)),
            ("namesrvAddr", "127.0.0.1:" + Number(nameServerPort)),
            ("storePathRootDir", Path.Combine(home, "store")),
            ("storePathCommitLog", Path.Combine(home, "store", "commitlog")),
            ("mapedFileSizeCommitLog", Number(CommitLogFileSize)),
            ("mapedFileSizeConsumeQueue", Number(ConsumeQueueFileSize)),
            ("maxHashSlotNum", "500000"),
            ("maxIndexNum", "2000000"),
            ("flushDiskType", "ASYNC_FLUSH"));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Write(string file, params (string Key, string Value)[] entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, entries.Select(entry => $"{entry.Key}={entry.Value.Replace("\\", "\\\\", StringComparison.Ordinal)}"));
        return file;
    }
}
