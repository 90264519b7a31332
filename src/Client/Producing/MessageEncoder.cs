using System.Globalization;
using System.IO.Compression;
using System.Text;
using Rocketeer.Client.Diagnostics;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing;

/// <summary>Checks messages and turns them into what is sent: properties string, compressed body, flags. Thread-safe.</summary>
internal sealed class MessageEncoder(ProducerOptions options)
{
    private readonly ZLibCompressionOptions _compression = new() { CompressionLevel = options.CompressionLevel };

    [ThreadStatic]
    private static StringBuilder? _text;

    /// <summary>Checks a message and makes its request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id.</param>
    /// <exception cref="MessageIllegalException">It cannot be sent.</exception>
    public OutgoingMessage Encode(Message message, string messageId)
    {
        Check(message);
        var properties = Properties(message, messageId);
        var body = message.Body;
        var sysFlag = 0;
        if (body.Length >= options.CompressFromBytes && Compress(body) is { } smaller)
        {
            body = smaller;
            sysFlag |= MessageSysFlags.Compressed;
        }

        var system = message.SystemProperties;
        if (system is not null && system.TryGetValue(PropertyNames.TransactionPrepared, out var prepared) && bool.TryParse(prepared, out var half) && half)
        {
            sysFlag |= MessageSysFlags.TransactionPrepared;
        }

        var isRetry = message.Topic.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal);
        return new OutgoingMessage
        {
            Topic = message.Topic,
            Body = body,
            Properties = properties,
            SysFlag = sysFlag,
            Flag = message.Flag,
            ReconsumeTimes = isRetry ? Number(system, PropertyNames.ReconsumeTime) ?? 0 : 0,
            MaxReconsumeTimes = isRetry ? Number(system, PropertyNames.MaxReconsumeTimes) : null,
        };
    }

    /// <summary>Checks topic, body and size.</summary>
    /// <exception cref="MessageIllegalException">One of them breaks a rule.</exception>
    public void Check(Message message)
    {
        if (NameRules.FaultOfTopic(message.Topic) is { } fault)
        {
            throw new MessageIllegalException(fault);
        }

        if (message.Topic == TopicNames.AutoCreateTemplate)
        {
            throw new MessageIllegalException($"Topic '{message.Topic}' is the template of new topics and takes no messages; choose another one.");
        }

        if (message.Body.IsEmpty)
        {
            throw new MessageIllegalException("The body is empty; brokers and consumers expect at least one byte.");
        }

        if (message.Body.Length > options.MaxMessageBytes)
        {
            throw new MessageIllegalException(
                $"The body has {message.Body.Length} bytes, more than MaxMessageBytes = {options.MaxMessageBytes}; split it, or store it elsewhere and send the place.");
        }
    }

    /// <summary>The properties string of a message.</summary>
    /// <exception cref="MessageIllegalException">A property, key or tag cannot be carried.</exception>
    public static string Properties(Message message, string messageId)
    {
        var text = (_text ??= new StringBuilder()).Clear();
        if (message.Tag is { } tag)
        {
            Append(text, PropertyNames.Tags, Carried(PropertyNames.Tags, tag));
        }

        if (message.Keys.Count > 0)
        {
            Append(text, PropertyNames.Keys, Keys(message.Keys));
        }

        var system = message.SystemProperties;
        if (system?.ContainsKey(PropertyNames.UniqueKey) != true)
        {
            Append(text, PropertyNames.UniqueKey, messageId);
        }

        if (system?.ContainsKey(PropertyNames.WaitStoreMessageOk) != true)
        {
            Append(text, PropertyNames.WaitStoreMessageOk, message.WaitUntilStored ? "true" : "false");
        }

        if (message.DelayLevel < 0)
        {
            throw new MessageIllegalException($"DelayLevel is {message.DelayLevel}; it must be 0 (no delay) or one of the broker's levels.");
        }

        if (message.DelayLevel > 0)
        {
            Append(text, PropertyNames.DelayLevel, message.DelayLevel.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in message.PropertiesOrNull ?? [])
        {
            if (PropertyNames.Reserved.Contains(name))
            {
                throw new MessageIllegalException($"'{name}' is a property of the system; give yours another name.");
            }

            Append(text, Carried("name of a property", name), Carried(name, value));
        }

        if (TraceContext.ToCarry(message) is { Id: { } parent } span)
        {
            Append(text, TraceContext.Parent, parent);
            if (!string.IsNullOrWhiteSpace(span.TraceStateString))
            {
                Append(text, TraceContext.State, Carried(TraceContext.State, span.TraceStateString));
            }
        }

        if (system is not null)
        {
            // Already checked by whoever set them: they come from a message that was stored.
            foreach (var (name, value) in system)
            {
                Append(text, name, value);
            }
        }

        var properties = text.ToString();
        if (text.Length > 3 * MessageRecordLayout.MaxPropertiesBytes)
        {
            _text = null;
        }

        var bytes = Encoding.UTF8.GetByteCount(properties);
        return bytes <= MessageRecordLayout.MaxPropertiesBytes
            ? properties
            : throw new MessageIllegalException($"Tag, keys and properties take {bytes} bytes; at most {MessageRecordLayout.MaxPropertiesBytes} can be stored.");
    }

    private static void Append(StringBuilder text, string name, string value) =>
        text.Append(name).Append(MessageProperties.NameValueSeparator).Append(value).Append(MessageProperties.PropertySeparator);

    private static string Keys(IReadOnlyCollection<string> keys)
    {
        foreach (var key in keys)
        {
            if (Carried(PropertyNames.Keys, key).Contains(PropertyNames.KeySeparator, StringComparison.Ordinal))
            {
                throw new MessageIllegalException($"Key '{key}' contains a space, which separates keys; use another character.");
            }
        }

        return keys.Count == 1 ? keys.First() : string.Join(PropertyNames.KeySeparator, keys);
    }

    private static string Carried(string what, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new MessageIllegalException($"The {what} is blank; blank values vanish on their way, so leave it out.");
        }

        return value.AsSpan().IndexOfAny(MessageProperties.NameValueSeparator, MessageProperties.PropertySeparator) < 0
            ? value
            : throw new MessageIllegalException($"The {what} contains the character 1 or 2, which separate properties; encode it.");
    }

    private static int? Number(IReadOnlyDictionary<string, string>? properties, string name) =>
        properties is not null && properties.TryGetValue(name, out var text)
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    // The original keeps what it compressed even if that is longer; nobody gains from it.
    private byte[]? Compress(ReadOnlyMemory<byte> body)
    {
        using var output = new MemoryStream(Math.Max(256, body.Length / 2));
        using (var zlib = new ZLibStream(output, _compression, leaveOpen: true))
        {
            zlib.Write(body.Span);
        }

        return output.Length < body.Length ? output.ToArray() : null;
    }
}
