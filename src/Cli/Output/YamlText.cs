using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rocketeer.Cli.Output;

/// <summary>Writes the document of a result as YAML: the same names and types as its JSON.</summary>
internal static partial class YamlText
{
    /// <summary>Writes one document.</summary>
    /// <param name="node">The document.</param>
    /// <param name="output">Where to.</param>
    /// <param name="separated">True for one of a stream: it begins with <c>---</c>.</param>
    public static void Write(JsonNode? node, TextWriter output, bool separated)
    {
        var emitter = new Emitter(output, new EmitterSettings().WithNewLine(output.NewLine));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: !separated));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart());
                foreach (var (name, value) in map)
                {
                    EmitText(emitter, name);
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Any));
                foreach (var value in list)
                {
                    Emit(emitter, value);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case { } value when value.GetValueKind() == JsonValueKind.String:
                // Times are strings in JSON too; the text between the quotes is what counts.
                EmitText(emitter, JsonSerializer.Deserialize(value.ToJsonString(), OutputJson.Line.String) ?? "");
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    /// <summary>Text that a reader could take for a number, a date, true or nothing is quoted.</summary>
    private static void EmitText(Emitter emitter, string text) => emitter.Emit(new Scalar(
        AnchorName.Empty,
        TagName.Empty,
        text,
        Unmistakable().IsMatch(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted,
        isPlainImplicit: true,
        isQuotedImplicit: true));

    [GeneratedRegex(@"\A(?!(?:true|false|null|yes|no|on|off|y|n)\z)[A-Za-z_][\w./@-]*\z", RegexOptions.IgnoreCase)]
    private static partial Regex Unmistakable();
}
