using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Protocol.Bodies;

/// <summary>
/// Reads and writes the JSON bodies of this namespace (reference: protocol-remoting.md section 8). What is written is strict JSON but
/// for maps whose keys are queues, which 4.4.0 understands only with objects as keys. What is read may be all that fastjson writes and
/// reads. Thread-safe.
/// </summary>
public static class BodyJson
{
    private static readonly BodyJsonContext Wire = new(CreateOptions(unquotedIntegerKeys: false));
    private static readonly BodyJsonContext Fastjson = new(CreateOptions(unquotedIntegerKeys: true));

    /// <summary>Writes a body.</summary>
    /// <typeparam name="T">One of the types of this namespace.</typeparam>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ContractOf<T>(Wire));

    /// <summary>Writes a body exactly as fastjson does: integer keys have no quotes.</summary>
    internal static byte[] SerializeAsFastjson<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ContractOf<T>(Fastjson));

    /// <summary>Reads a body. Unknown fields are skipped; absent and null ones keep their defaults.</summary>
    /// <typeparam name="T">One of the types of this namespace.</typeparam>
    /// <exception cref="BodyFormatException">The text is not such a body.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> json)
    {
        var strict = new ArrayBufferWriter<byte>(Math.Max(json.Length, 1));
        try
        {
            FastjsonReader.CopyStrict(json, strict);
            return JsonSerializer.Deserialize(strict.WrittenSpan, ContractOf<T>(Wire))
                ?? throw new BodyFormatException($"The body is null where a {typeof(T).Name} belongs; send an object.");
        }
        catch (Exception e) when (e is JsonException or FrameFormatException or ArgumentException or InvalidOperationException)
        {
            throw new BodyFormatException($"The body is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static JsonTypeInfo<T> ContractOf<T>(BodyJsonContext context) =>
        (JsonTypeInfo<T>?)context.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T)} is not a body.");

    private static JsonSerializerOptions CreateOptions(bool unquotedIntegerKeys)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = true,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (var converter in (ReadOnlySpan<JsonConverter>)
        [
            new TextConverter(), new FractionConverter(), new MessageQueueConverter(),
            new IntegerMapConverter<long, string>(unquotedIntegerKeys), new IntegerMapConverter<int, long>(unquotedIntegerKeys),
            new QueueMapConverter<long>(), new QueueMapConverter<OffsetWrapper>(), new QueueMapConverter<TopicOffset>(),
            new QueueMapConverter<ProcessQueueInfo>(),
            new NamedValueConverter<ConsumeType>("CONSUME_ACTIVELY", "CONSUME_PASSIVELY") { Fallback = ConsumeType.Passively },
            new NamedValueConverter<MessageModel>("BROADCASTING", "CLUSTERING") { Fallback = MessageModel.Clustering },
            new NamedValueConverter<TopicFilterType>("SINGLE_TAG", "MULTI_TAG"),
            new NamedValueConverter<ConsumeFromWhere>(
                "CONSUME_FROM_LAST_OFFSET", "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST", "CONSUME_FROM_MIN_OFFSET",
                "CONSUME_FROM_MAX_OFFSET", "CONSUME_FROM_FIRST_OFFSET", "CONSUME_FROM_TIMESTAMP"),
            new NamedValueConverter<ConsumeResult>(
                "CR_SUCCESS", "CR_LATER", "CR_ROLLBACK", "CR_COMMIT", "CR_THROW_EXCEPTION", "CR_RETURN_NULL"),
            new NamedValueConverter<LanguageCode>(LanguageNames.All) { Fallback = LanguageCode.Unknown },
        ])
        {
            options.Converters.Add(converter);
        }

        return options;
    }
}
