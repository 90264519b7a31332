using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tracing;

/// <summary>
/// Message trace: for each message a record of who sent or handled it, where, when and with what result, sent in the background as ordinary
/// messages that the original's tools read too (reference: namesrv-and-client.md D1). It never delays or fails what it tells of.
/// </summary>
public sealed class TraceOptions
{
    /// <summary>True traces. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Topic of the records. Default <c>RMQ_SYS_TRACE_TOPIC</c>, which brokers have if <c>traceTopicEnable</c> is set. Messages of topics
    /// whose names begin with it are not traced.
    /// </summary>
    public string Topic { get; set; } = TopicNames.Trace;

    internal void CollectFaults(ICollection<string> faults)
    {
        if (NameRules.FaultOfTopic(Topic) is { } fault)
        {
            faults.Add($"Trace.Topic: {fault}");
        }
    }

    internal TraceOptions Copy() => (TraceOptions)MemberwiseClone();

    /// <summary>True unless the topic has to do with the traces themselves.</summary>
    internal bool IsTraced(string topic) => !topic.StartsWith(Topic, StringComparison.Ordinal);
}
