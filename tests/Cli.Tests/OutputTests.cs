using System.Text.Json.Nodes;
using Rocketeer.Cli.Output;
using YamlDotNet.RepresentationModel;

namespace Rocketeer.Cli.Tests;

/// <summary>One result, three forms.</summary>
public sealed class OutputTests
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 22, 16, 54, 10, 192, TimeSpan.Zero);

    [Fact]
    public void A_listing_has_the_same_names_and_values_in_json_and_yaml()
    {
        var json = JsonNode.Parse(Show(OutputFormat.Json, Queues()))!.AsArray();
        var yaml = Assert.IsType<YamlSequenceNode>(Load(Show(OutputFormat.Yaml, Queues())));

        Assert.Equal("broker-a", (string?)json[0]!["broker"]);
        Assert.Equal(10, (long)json[0]!["lastOffset"]!);
        Assert.Null(json[1]!["stored"]);
        Assert.Equal("10", ((YamlScalarNode)yaml[0]["lastOffset"]).Value);
        Assert.Equal("2026-11-22T16:54:10.192+00:00", ((YamlScalarNode)yaml[0]["stored"]).Value);
        Assert.Equal("null", ((YamlScalarNode)yaml[1]["stored"]).Value);
    }

    [Fact]
    public void A_listing_is_a_table_for_people_and_a_sentence_if_it_is_empty()
    {
        var lines = Show(OutputFormat.Table, Queues()).Split(Environment.NewLine);

        Assert.Equal("Broker    Last offset  Stored", lines[0]);
        Assert.Equal("broker-a           10  2026-11-22 16:54:10.192Z", lines[1]);
        Assert.Equal("no                  0  -", lines[2]);
        Assert.Equal("Nothing." + Environment.NewLine, Show(OutputFormat.Table, new Listing<int>([]) { WhenEmpty = "Nothing." }.Column("N", number => number)));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("0x1F")]
    [InlineData("1e3")]
    [InlineData("2026-11-22")]
    [InlineData("%RETRY%group")]
    [InlineData("key: value # no comment")]
    [InlineData("- dash")]
    [InlineData("line\nbreak\tand \u0007 bell")]
    [InlineData("")]
    [InlineData("消息 é")]
    public void Text_stays_text_in_yaml(string text)
    {
        var yaml = Show(OutputFormat.Yaml, new Facts().Add("Value", text));
        var value = (YamlScalarNode)Load(yaml)["value"];

        Assert.Equal(text, value.Value);
        Assert.Equal(YamlDotNet.Core.ScalarStyle.DoubleQuoted, value.Style);
    }

    [Fact]
    public void A_stream_of_yaml_is_one_document_per_thing()
    {
        var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, isInteractive: false, TimeProvider.System);
        terminal.ShowNext(OutputFormat.Yaml, "a", OutputJson.Line.String);
        terminal.ShowNext(OutputFormat.Yaml, "b", OutputJson.Line.String);
        var stream = new YamlStream();
        stream.Load(new StringReader(output.ToString()));

        Assert.Equal(["a", "b"], stream.Documents.Select(document => ((YamlScalarNode)document.RootNode).Value!));
    }

    [Fact]
    public void Nothing_is_coloured_when_colours_are_not_wanted_though_a_person_is_looking()
    {
        var output = new StringWriter();
        Queues().WriteTo(new Terminal(output, TextWriter.Null, isInteractive: true, TimeProvider.System) { UsesColours = false });

        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.Contains("broker-a", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_goes_to_standard_error_and_only_if_somebody_looks()
    {
        foreach (var looks in new[] { true, false })
        {
            var (output, error, done) = (new StringWriter(), new StringWriter(), new List<int>());
            var terminal = new Terminal(output, error, isInteractive: true, TimeProvider.System) { ShowsProgress = looks };

            await terminal.ForEachAsync("Things", [1, 2, 3], thing => Task.Run(() => done.Add(thing)));
            Assert.Equal(17, await terminal.WaitAsync("Waiting", TimeSpan.FromMilliseconds(1), Task.FromResult(17)));

            Assert.Equal([1, 2, 3], done);
            Assert.Equal("", output.ToString());
            if (!looks)
            {
                Assert.Equal("", error.ToString());
            }
        }
    }

    [Theory]
    [InlineData("Broker", "broker")]
    [InlineData("Last consumed was stored", "lastConsumedWasStored")]
    [InlineData("In/s", "inS")]
    public void Names_of_documents_follow_the_headings(string heading, string name) => Assert.Equal(name, Field.NameOf(heading));

    private static Listing<(string Broker, long Last, DateTimeOffset? Stored)> Queues() =>
        new Listing<(string Broker, long Last, DateTimeOffset? Stored)>([("broker-a", 10, Moment), ("no", 0, null)]) { WhenEmpty = "Nothing." }
            .Column("Broker", queue => queue.Broker)
            .Column("Last offset", queue => queue.Last)
            .Column("Stored", queue => queue.Stored);

    private static string Show(OutputFormat format, IResult result)
    {
        var output = new StringWriter();
        new Terminal(output, TextWriter.Null, isInteractive: false, TimeProvider.System).Show(format, result);
        return output.ToString();
    }

    private static YamlNode Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Assert.Single(stream.Documents).RootNode;
    }
}
