using Microsoft.Extensions.Logging;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Signing;

namespace Rocketeer.Broker.Tests.AccessControl;

/// <summary>A broker under the recorded rules, and requests that are signed.</summary>
internal static class TestAcl
{
    public const string Secret = "12345678";

    public static string RecordedRules => Path.Combine(AppContext.BaseDirectory, "golden", "acl", "plain_acl.yml");

    /// <summary>topicB PUB|SUB, topicC SUB, groupB PUB|SUB, groupC SUB, other groups SUB, other topics nothing.</summary>
    public static RequestSigner User { get; } = new("RocketMQ", Secret);

    public static RequestSigner Admin { get; } = new("rocketmq2", Secret);

    public static Task<TestBroker> StartAsync(string? rules = null, ILoggerFactory? loggers = null, TimeProvider? clock = null) =>
        TestBroker.StartAsync(
            options =>
            {
                options.Access.AclEnable = true;
                options.Access.PlainAclFile = RecordedRules;
                if (rules is not null)
                {
                    options.RocketmqHome = options.Store.StorePathRootDir;
                    options.Access.PlainAclFile = "plain_acl.yml";
                    File.WriteAllText(Path.Combine(options.RocketmqHome, "plain_acl.yml"), rules);
                }
            },
            clock,
            loggers: loggers);

    public static RemotingCommand Signed(RequestCode code, ICommandHeader? header = null, byte[]? body = null, RequestSigner? signer = null)
    {
        var request = RemotingCommand.Request(code, header, body ?? []);
        (signer ?? User).Sign(request);
        return request;
    }
}
