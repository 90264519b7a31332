using System.Text.Json;
using Rocketeer.Broker.Tests.Golden;
using Rocketeer.Broker.Tests.Hostile;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Broker.Tests.AccessControl;

/// <summary>
/// What the original's clients sent to an original broker under access control, sent to ours: the same outcome, except where
/// docs/deviations.md says otherwise.
/// </summary>
public sealed class RecordedAclTests
{
    private const string Prefix = "org.apache.rocketmq.acl.common.AclException: ";

    /// <summary>Refused by the original, allowed here: an administrator without lists, and a group that the default allows.</summary>
    private static readonly string[] Deviations = ["NullPointerException", "group:groupX"];

    public static TheoryData<string> Names => ["SEND_MESSAGE_V2", "SEND_BATCH_MESSAGE", "PULL_MESSAGE", "HEART_BEAT", "UNREGISTER_CLIENT",
        "GET_CONSUMER_LIST_BY_GROUP", "QUERY_CONSUMER_OFFSET", "UPDATE_CONSUMER_OFFSET", "UPDATE_AND_CREATE_TOPIC"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recorded_requests_are_allowed_and_refused_as_they_were(string name)
    {
        await using var broker = await TestAcl.StartAsync();
        foreach (var topic in new[] { "topicA", "topicB", "topicC", "topicD" })
        {
            broker.Context.Topics.FindOrCreate(topic, 4, Permissions.ReadWrite, 0, out _);
        }

        foreach (var recording in Recording.Load("acl", name))
        {
            using var connection = await RawConnection.OpenAsync(broker);
            if (recording.Request.IsOneWay || (name == "PULL_MESSAGE" && recording.Response?.ResponseCode != ResponseCode.SystemError))
            {
                // Passed, and the answer may be a long poll away: the gate is what counts.
                var before = await RefusedAsync(broker, connection);
                await connection.SendAsync(recording.Frame);
                Assert.Equal(before, await RefusedAsync(broker, connection));
                continue;
            }

            var answer = await connection.AskAsync(recording.Frame);

            var (then, now) = (recording.Response!.Remark ?? "", answer.Remark ?? "");
            if (Array.Exists(Deviations, text => then.Contains(text, StringComparison.Ordinal)))
            {
                Assert.DoesNotContain("AclException", now, StringComparison.Ordinal);
            }
            else if (then.StartsWith(Prefix, StringComparison.Ordinal))
            {
                // Behind the text the original names a line of its source.
                Assert.Equal((ResponseCode.SystemError, then[..then.LastIndexOf(", org.apache", StringComparison.Ordinal)]), (answer.ResponseCode, now));
            }
            else
            {
                // What a handler says of groups and offsets depends on what happened before; that it was asked is the point.
                Assert.DoesNotContain("AclException", now, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_recorded_refusal_of_a_case_stands_in_a_recorded_frame()
    {
        var remarks = Names.Select(row => row.Data).SelectMany(name => Recording.Load("acl", name)).Select(r => r.Response?.Remark ?? "").ToList();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "acl", "CASES.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("ok").GetBoolean())
            {
                continue;
            }

            var told = json.RootElement.TryGetProperty("cause", out var cause) ? cause.GetString()! : json.RootElement.GetProperty("error").GetString()!;
            var text = told[(told.IndexOf("DESC: ", StringComparison.Ordinal) + 6)..].Split(", org.apache")[0];
            Assert.Contains(remarks, remark => remark.StartsWith(text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task The_cases_have_their_outcome_in_both_serializations(SerializeType serializeType)
    {
        await using var broker = await TestAcl.StartAsync();
        foreach (var recording in Recording.Load("acl", "SEND_MESSAGE_V2"))
        {
            var request = recording.Request;
            request.SerializeType = serializeType;
            using var connection = await RawConnection.OpenAsync(broker);

            var answer = await connection.AskAsync(RawConnection.Frame(request));

            var then = recording.Response!.Remark ?? "";
            Assert.Equal(then.StartsWith(Prefix, StringComparison.Ordinal), answer.Remark?.StartsWith(Prefix, StringComparison.Ordinal) ?? false);
        }
    }

    /// <summary>Waits until the broker has looked at what was sent on a connection, and counts what it ever refused.</summary>
    private static async Task<long> RefusedAsync(TestBroker broker, RawConnection connection)
    {
        await connection.SendAsync(RawConnection.Frame(TestAcl.Signed(RequestCode.GetBrokerRuntimeInfo)));
        await connection.ReadAsync();
        return broker.Context.Access!.Refusals.Counts.Sum(refused => refused.Count);
    }
}
