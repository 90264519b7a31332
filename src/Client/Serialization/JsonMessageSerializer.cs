using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rocketeer.Client.Serialization;

/// <summary>Bodies as UTF-8 JSON, by System.Text.Json. Thread-safe.</summary>
/// <example>For a trimmed or ahead-of-time compiled application, with a source-generated context:
/// <code>options.Serializer = new JsonMessageSerializer(OrdersJsonContext.Default);</code></example>
public sealed class JsonMessageSerializer : IMessageSerializer
{
    private readonly JsonSerializerOptions _options;

    /// <summary>Creates a serializer with the settings that are usual on the web: camel case, any case when reading.</summary>
    /// <param name="types">Knows the types, usually a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    public JsonMessageSerializer(IJsonTypeInfoResolver types)
        : this(new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = NotNull(types) })
    {
    }

    /// <summary>Creates a serializer.</summary>
    /// <param name="options">Settings, with a <see cref="JsonSerializerOptions.TypeInfoResolver"/>; they cannot be changed any more.</param>
    /// <exception cref="InvalidOperationException">They have no resolver.</exception>
    public JsonMessageSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.MakeReadOnly();
        _options = options;
    }

    /// <summary>
    /// Knows every type, by reflection, with the settings that are usual on the web. Where an application has switched that off, as trimming
    /// does, it knows none, and says so when it is used.
    /// </summary>
    public static JsonMessageSerializer Default { get; } = new(ReflectedTypes());

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public void Serialize<T>(IBufferWriter<byte> writer, T value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { Encoder = _options.Encoder, Indented = _options.WriteIndented });
        JsonSerializer.Serialize(json, value, TypeOf<T>());
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, TypeOf<T>());

    private JsonTypeInfo<T> TypeOf<T>() => _options.TryGetTypeInfo(typeof(T), out var type)
        ? (JsonTypeInfo<T>)type
        : throw new NotSupportedException(
            $"The JSON serializer does not know {typeof(T)}; name it in a JsonSerializerContext and set RocketeerClientOptions.Serializer to a JsonMessageSerializer of that.");

    private static IJsonTypeInfoResolver NotNull(IJsonTypeInfoResolver types)
    {
        ArgumentNullException.ThrowIfNull(types);
        return types;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Not reached where trimming has switched reflection off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Not reached where ahead-of-time compilation has switched reflection off.")]
    private static IJsonTypeInfoResolver ReflectedTypes() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine();
}
