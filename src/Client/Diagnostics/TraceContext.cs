using System.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Diagnostics;

/// <summary>W3C trace context in message properties: <c>traceparent</c> and <c>tracestate</c>, as every OpenTelemetry library knows them.</summary>
internal static class TraceContext
{
    public const string Parent = "traceparent";
    public const string State = "tracestate";

    /// <summary>The span that a message which is sent now belongs to; null when nobody traces, or when the message carries a context already.</summary>
    public static Activity? ToCarry(Message message) =>
        ClientInstruments.Activities.HasListeners()
        && Activity.Current is { IdFormat: ActivityIdFormat.W3C } current
        && message.PropertiesOrNull?.ContainsKey(Parent) != true
        && message.SystemProperties?.ContainsKey(Parent) != true
            ? current
            : null;

    /// <summary>Reads the context that a message carries.</summary>
    public static bool TryRead(MessageExt message, out ActivityContext context)
    {
        context = default;
        return message.Property(Parent) is { } parent
            && ActivityContext.TryParse(parent, message.Property(State), isRemote: true, out context);
    }
}
