using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Signing;
using Rocketeer.Remoting;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// Access control: asked before every request on both ports (reference: broker.md section 15.4). A trusted address passes; else the access
/// key must be known, the signature over the received fields and body right, and the account allowed to do what the request code needs.
/// Runs on the event loop; a request that passes costs no allocation but for the few codes that name topics in their body. Thread-safe.
/// </summary>
internal sealed class AccessGate(AclFile file, Refusals refusals) : IRequestGate, IDisposable
{
    /// <summary>Most extension fields of a request: no request has a fourth of them, and they are sorted on the event loop.</summary>
    internal const int MaxFields = 128;

    /// <summary>The flag beside the header of a query by unique key, which the original's client sends but does not sign.</summary>
    private static ReadOnlySpan<byte> UnsignedQueryFlag => "_UNIQUE_KEY_QUERY"u8;

    /// <summary>The gate that the settings ask for; <see langword="null"/> without access control.</summary>
    /// <exception cref="ConfigurationException">The rules cannot be read, or have mistakes.</exception>
    public static AccessGate? Open(BrokerOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        if (!options.Access.AclEnable)
        {
            return null;
        }

        var logger = loggers.CreateLogger<AccessGate>();
        var file = AclFile.Open(options.Access.PathOfRules(options.RocketmqHome), clock, logger);
        return new AccessGate(file, new Refusals(clock, logger));
    }

    /// <summary>Refusals since the start.</summary>
    public Refusals Refusals => refusals;

    /// <inheritdoc/>
    public string? Refuse(in CommandView request, RemotingConnection connection)
    {
        var rules = file.Rules;
        var peer = connection.RemoteEndPoint.Address;
        return rules.Trusts(peer) || Problem(request, rules, connection) is not { } problem
            ? null
            : refusals.Refuse(problem.Reason, problem.Text, request.Envelope.Code, connection.RemoteAddress);
    }

    /// <summary>
    /// Asks for a topic that only the handler could find out. The request has passed the gate; rules that changed since then count.
    /// </summary>
    /// <returns>The remark of the refusal, or <see langword="null"/>.</returns>
    public string? RefuseTopic(RemotingCommand request, RemotingConnection connection, ReadOnlySpan<byte> topic, Rights need)
    {
        var rules = file.Rules;
        var peer = connection.RemoteEndPoint.Address;
        if (rules.Trusts(peer))
        {
            return null;
        }

        var account = request.ExtFields?.TryGetValue(SignatureFields.AccessKey, out var accessKey) is true ? rules.Find(accessKey) : null;
        var name = Utf8NameCache.Intern(topic);
        return account is not null && (account.Trusts(peer) || account.May(ResourceKind.Topic, name, need))
            ? null
            : refusals.Refuse(Refusals.Reason.Resource, NoPermission(ResourceKind.Topic, name), request.Code, connection.RemoteAddress);
    }

    /// <summary>From now on a changed file takes effect. Called once.</summary>
    public void WatchFile() => file.Watch();

    /// <summary>Ends the watch of the file.</summary>
    public void Dispose() => file.Dispose();

    private static (Refusals.Reason Reason, string Text)? Problem(in CommandView request, AclRules rules, RemotingConnection connection)
    {
        var fields = SignedFields.OfThisThread;
        if (!fields.TryAdd(request.Fields, MaxFields, out var signature))
        {
            return (Refusals.Reason.Malformed, $"The request has more than {MaxFields} extension fields");
        }

        if (!fields.TryFind(SignatureFields.AccessKeyUtf8, out var accessKeyUtf8))
        {
            return (Refusals.Reason.NoKey, "No accessKey is configured");
        }

        var accessKey = Utf8NameCache.Intern(accessKeyUtf8);
        if (rules.Find(accessKey) is not { } account)
        {
            return (Refusals.Reason.UnknownKey, $"No acl config for {Refusals.Shown(accessKey)}");
        }

        if (account.Trusts(connection.RemoteEndPoint.Address))
        {
            return null;
        }

        if (!IsSigned(request, fields, account.Key, signature))
        {
            return (Refusals.Reason.Signature, $"Check signature failed for accessKey={account.AccessKey}");
        }

        return account.IsAdmin ? null : ProblemOfRights(request, account, fields);
    }

    private static bool IsSigned(in CommandView request, SignedFields fields, SigningKey key, ReadOnlySpan<byte> signature) =>
        key.Verify(fields.Values(), request.Body, signature)
        || (request.Envelope.Code == (int)RequestCode.QueryMessage
            && fields.TryFind(UnsignedQueryFlag, out _)
            && key.Verify(fields.Values(except: UnsignedQueryFlag), request.Body, signature));

    private static (Refusals.Reason Reason, string Text)? ProblemOfRights(in CommandView request, Account account, SignedFields fields)
    {
        var code = request.Envelope.Code;
        var right = RequestRights.For(code);
        if (right.NeedsAdmin)
        {
            return (Refusals.Reason.Admin, $"Need admin permission for request code={code}, but accessKey={account.AccessKey} is not");
        }

        foreach (var field in right.Fields)
        {
            if (!fields.TryFind(field.NameUtf8, out var value))
            {
                if (!field.IsOptional)
                {
                    return (Refusals.Reason.Malformed, $"The request has no field {field.Name}, so nobody knows which {field.Kind} it is about");
                }
            }
            else if (Utf8NameCache.Intern(value) is var name && !account.May(field.Kind, name, field.Need))
            {
                return (Refusals.Reason.Resource, NoPermission(field.Kind, name));
            }
        }

        try
        {
            return BodyRights.FirstForbidden(account, right.Body, request.Body) is { } forbidden
                ? (Refusals.Reason.Resource, $"No default permission for {forbidden}")
                : null;
        }
        catch (BodyFormatException malformed)
        {
            return (Refusals.Reason.Malformed, Refusals.Shown(malformed.Message));
        }
    }

    /// <summary>The original's words, by which dashboards know it.</summary>
    private static string NoPermission(ResourceKind kind, string name) => $"No default permission for {Refusals.Name(kind, name)}";
}
