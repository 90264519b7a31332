using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Protocol.Tests.Codec;

public sealed class JsonHeaderTests
{
    [Theory]
    [InlineData("""{"code":105,"opaque":7}""")]
    [InlineData("""{"opaque":"7","code":"105"}""")]
    [InlineData("""{"code":105.0,"opaque":7.0}""")]
    [InlineData("""{'code':105,'opaque':7,}""")]
    [InlineData("""{code:105,opaque:7}""")]
    [InlineData("""{"CODE":105,"Opaque":7}""")]
    [InlineData("""{"code":105,"opaque":7,"version":null,"flag":null,"remark":null,"extFields":null}""")]
    [InlineData("""{"code":105,"opaque":7,"body":{"a":[1,{"b":"}"}]},"x":[],"y":true}""")]
    [InlineData("""/* one */ { "code" : 105 , // two""" + "\n\"opaque\" : 7 } /* three */ ")]
    [InlineData("\uFEFF \t\r\n{\"code\":105,\"opaque\":7}")]
    public void What_the_original_accepts_is_accepted(string header)
    {
        var envelope = CommandView.Parse(Frames.Json(header)).Envelope;

        Assert.Equal(105, envelope.Code);
        Assert.Equal(7, envelope.Opaque);
        Assert.Equal(LanguageCode.Java, envelope.Language);
        Assert.Equal(0, envelope.Version);
        Assert.Equal(CommandFlags.None, envelope.Flags);
        Assert.Null(envelope.Remark);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"code":105""")]
    [InlineData("""{"code":105} x""")]
    [InlineData("""{"code":105 "opaque":7}""")]
    [InlineData("""{"code":}""")]
    [InlineData("""{"code":abc}""")]
    [InlineData("""{"code":"abc"}""")]
    [InlineData("""{"opaque":2147483648}""")]
    [InlineData("""{"language":12}""")]
    [InlineData("""{"language":-1}""")]
    [InlineData("""{"remark":"a}""")]
    [InlineData("""{"remark":"\q"}""")]
    [InlineData("""{"remark":"\u12G4"}""")]
    [InlineData("""{"x":[1}]}""")]
    [InlineData("""{"extFields":[]}""")]
    [InlineData("""{"extFields":{"a":"b}}""")]
    [InlineData("/* {}")]
    public void What_makes_the_original_close_the_connection_is_refused(string header) =>
        Assert.Throws<FrameFormatException>(() => CommandView.Parse(Frames.Json(header)).Envelope.Code);

    [Theory]
    [InlineData("\"dotnet\"", LanguageCode.DotNet)]
    [InlineData("\"GO\"", LanguageCode.Go)]
    [InlineData("2", LanguageCode.DotNet)]
    [InlineData("\"RUST\"", LanguageCode.Unknown)]
    [InlineData("null", LanguageCode.Unknown)]
    public void A_language_is_a_name_in_any_case_or_an_ordinal(string text, LanguageCode expected) =>
        Assert.Equal(expected, CommandView.Parse(Frames.Json($$"""{"code":1,"language":{{text}}}""")).Envelope.Language);

    [Fact]
    public void Deep_nesting_is_refused_and_costs_no_stack()
    {
        var deep = "{\"x\":" + new string('[', 1_000_000) + new string(']', 1_000_000) + "}";

        Assert.Throws<FrameFormatException>(() => CommandView.Parse(Frames.Json(deep)).Envelope.Code);
    }

    [Fact]
    public void Raw_values_in_ext_fields_read_as_their_text()
    {
        var command = CommandView.Parse(Frames.Json(
            """{"code":1,"ext_fields":{"i":4,"d":1.5,"t":true,"n":null,"o":{"a": [1]},"e":"","s":"\u4e2d\"\\\/\n\uD83D\uDE00"}}""")).ToCommand();

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["i"] = "4", ["d"] = "1.5", ["t"] = "true", ["o"] = """{"a": [1]}""", ["e"] = "", ["s"] = "中\"\\/\n😀",
            },
            command.ExtFields);
    }

    [Fact]
    public void Fields_keep_their_bytes_through_a_second_walk()
    {
        var view = CommandView.Parse(Frames.Json("""{"extFields":{"a":"x\u0001y","b\u0042":"\tz"}}"""));
        var first = view.Fields;
        Assert.True(first.Read());
        var a = first.Value;
        var second = view.Fields;
        while (second.Read())
        {
            _ = second.Value;
        }

        Assert.True(a.SequenceEqual("x\u0001y"u8));
        Assert.True(first.Read());
        Assert.True(first.Name.SequenceEqual("bB"u8));
        Assert.True(first.Value.SequenceEqual("\tz"u8));
        Assert.False(first.Read());
        Assert.False(first.Read());
    }

    [Fact]
    public void A_header_is_written_as_the_original_writes_it()
    {
        var route = new RemotingCommand
        {
            Code = 105, Opaque = 1, Language = LanguageCode.Java, Header = new GetRouteInfoRequestHeader { Topic = "TopicTest" },
        };
        var heartbeat = new RemotingCommand { Code = 34, Opaque = 2, Language = LanguageCode.Java };
        var refusal = new RemotingCommand
        {
            Code = 17, Opaque = 3, Language = LanguageCode.Java, Flags = CommandFlags.Response, Remark = "No \"route\"\n中",
        };

        Assert.Equal(
            """{"code":105,"extFields":{"topic":"TopicTest"},"flag":0,"language":"JAVA","opaque":1,"serializeTypeCurrentRPC":"JSON","version":293}""",
            Frames.HeaderText(Frames.Encode(route)));
        Assert.Equal(
            """{"code":34,"flag":0,"language":"JAVA","opaque":2,"serializeTypeCurrentRPC":"JSON","version":293}""",
            Frames.HeaderText(Frames.Encode(heartbeat)));
        Assert.Equal(
            """{"code":17,"flag":1,"language":"JAVA","opaque":3,"remark":"No \"route\"\n中","serializeTypeCurrentRPC":"JSON","version":293}""",
            Frames.HeaderText(Frames.Encode(refusal)));
    }

    [Fact]
    public void A_declared_header_without_values_is_an_empty_object_and_no_header_is_none()
    {
        static string Ext(ICommandHeader? header) => Frames.HeaderText(Frames.Encode(new RemotingCommand { Code = 0, Header = header }));

        Assert.Contains("\"extFields\":{}", Ext(new PullMessageResponseHeader()), StringComparison.Ordinal);
        Assert.Contains("\"extFields\":{}", Ext(default(NoFieldsHeader)), StringComparison.Ordinal);
        Assert.DoesNotContain("extFields", Ext(default(EmptyHeader)), StringComparison.Ordinal);
        Assert.DoesNotContain("extFields", Ext(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain / < > & ' 中 é 😀", "plain / < > & ' 中 é 😀")]
    [InlineData("\"\\\n\r\t\b\f", """\"\\\n\r\t\b\f""")]
    [InlineData("\u0000\u0001\u000B\u001F\u007F", """\u0000\u0001\u000B\u001F\u007F""")]
    [InlineData("\u2027\u2028\u2029\u202A", "\u2027\\u2028\\u2029\u202A")]
    public void Escapes_are_exactly_fastjsons(string text, string escaped)
    {
        var asChars = new RemotingCommand { Code = 1, ExtFields = new Dictionary<string, string> { ["k"] = text } };
        var asBytes = new RemotingCommand { Code = 1, Header = new Utf8Header(text) };

        Assert.Contains($"\"extFields\":{{\"k\":\"{escaped}\"}}", Frames.HeaderText(Frames.Encode(asChars)), StringComparison.Ordinal);
        Assert.Equal(Frames.HeaderText(Frames.Encode(asChars)), Frames.HeaderText(Frames.Encode(asBytes)));
        Assert.Equal(text, CommandView.Parse(Frames.Encode(asChars).AsSpan(sizeof(int))).ToCommand().ExtFields!["k"]);
    }

    private sealed class Utf8Header(string value) : ICommandHeader
    {
        public void WriteTo<TWriter>(ref TWriter writer)
            where TWriter : struct, IExtFieldWriter, allows ref struct =>
            writer.Write("k"u8, System.Text.Encoding.UTF8.GetBytes(value));
    }
}
