using System.Text.RegularExpressions;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Tests;

/// <summary>docs/mqadmin.md promises a counterpart for every command of the original's tool; the tool keeps the promise.</summary>
public sealed partial class MqAdminPageTests
{
    // As 4.4.0 registers them.
    private static readonly string[] OfTheOriginal =
    [
        "updateTopic", "deleteTopic", "updateSubGroup", "deleteSubGroup", "updateBrokerConfig", "updateTopicPerm", "topicRoute", "topicStatus",
        "topicClusterList", "brokerStatus", "queryMsgById", "queryMsgByKey", "queryMsgByUniqueKey", "queryMsgByOffset", "printMsg", "printMsgByQueue",
        "sendMsgStatus", "brokerConsumeStats", "producerConnection", "consumerConnection", "consumerProgress", "consumerStatus", "cloneGroupOffset",
        "clusterList", "topicList", "updateKvConfig", "deleteKvConfig", "wipeWritePerm", "resetOffsetByTime", "updateOrderConf", "cleanExpiredCQ",
        "cleanUnusedTopic", "startMonitoring", "statsAll", "allocateMQ", "checkMsgSendRT", "clusterRT", "getNamesrvConfig", "updateNamesrvConfig",
        "getBrokerConfig", "queryCq", "sendMessage", "consumeMessage",
    ];

    [Fact]
    public void Every_command_of_the_original_has_a_row() => Assert.Equal(OfTheOriginal.Order(), Rows().Select(row => row.MqAdmin).Order());

    [Fact]
    public void Every_command_line_of_the_page_is_understood() => Assert.All(
        Rows(),
        row => Assert.Empty(Rocketctl.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null, false, TimeProvider.System)).Parse(row.Ours).Errors));

    private static IEnumerable<(string MqAdmin, string Ours)> Rows() =>
        Row().Matches(RepositoryPages.Read("docs/mqadmin.md")).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    [GeneratedRegex(@"^\| `(\w+)[^`]*` \| `rocketctl ([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
