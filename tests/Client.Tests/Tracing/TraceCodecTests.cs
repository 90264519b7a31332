using System.Text;
using Rocketeer.Client.Tracing;

namespace Rocketeer.Client.Tests.Tracing;

public sealed class TraceCodecTests
{
    // Bodies of trace messages as a producer of Apache RocketMQ 4.4.0 sent them and its broker stored them.
    private const string First = "50756201313739353336363435363931300144656661756c74526567696f6e015049445f547261636501476f6c64656e547261636501433030303032303230333137354646443242323736464336323634433033364301545201545241434530013132372e302e302e313a323039303901370133310130013746303030303031303030303531414630303030303030303030314237443441017472756502";
    private const string Second = "50756201313739353336363435363935390144656661756c74526567696f6e015049445f547261636501476f6c64656e547261636501433030303032303230333137354646443242323736464336323637463033373001545201545241434532013132372e302e302e313a3230393039013701390130013746303030303031303030303531414630303030303030303030314237454234017472756502";

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    [InlineData(First + Second)]
    public void Recorded_traces_are_read_and_written_again_byte_for_byte(string hex)
    {
        var body = Convert.FromHexString(hex);

        var records = TraceCodec.Decode(body);

        var text = new StringBuilder();
        foreach (var record in records)
        {
            record.AppendTo(text);
        }

        Assert.Equal(body, Encoding.UTF8.GetBytes(text.ToString()));
    }

    [Fact]
    public void A_recorded_send_tells_what_the_producer_knew()
    {
        var record = Assert.IsType<SendTrace>(Assert.Single(TraceCodec.Decode(Convert.FromHexString(First))));

        Assert.Equal(
            new SendTrace("C000020203175FFD2B276FC6264C036C", "TRACE0")
            {
                Time = DateTimeOffset.FromUnixTimeMilliseconds(1795366456910),
                Region = "DefaultRegion",
                Group = "PID_Trace",
                Topic = "GoldenTrace",
                Tag = "TR",
                BrokerAddress = "127.0.0.1:20909",
                BodyBytes = 7,
                Cost = TimeSpan.FromMilliseconds(31),
                Kind = TracedMessageKind.Normal,
                OffsetMessageId = "7F000001000051AF00000000001B7D4A",
                Succeeded = true,
            },
            record);
    }

    [Fact]
    public void The_records_of_consumers_have_the_fields_of_the_original_in_its_order()
    {
        var text = new StringBuilder();
        new HandlingBeginTrace("ID", null) { Time = DateTimeOffset.FromUnixTimeMilliseconds(5), Region = "R", Group = "G", RequestId = "Q", RetryTimes = 2 }
            .AppendTo(text);
        new HandlingEndTrace("ID", "k1 k2") { RequestId = "Q", Cost = TimeSpan.FromMilliseconds(7.9), Succeeded = false, End = HandlingEnd.Failed }
            .AppendTo(text);

        Assert.Equal("SubBefore|5|R|G|Q|ID|2|null$SubAfter|Q|ID|7|false|k1 k2|4$", text.ToString().Replace('\u0001', '|').Replace('\u0002', '$'));
        var records = TraceCodec.Decode(Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Null(Assert.IsType<HandlingBeginTrace>(records[0]).Keys);
        Assert.Equal(HandlingEnd.Failed, Assert.IsType<HandlingEndTrace>(records[1]).End);
    }

    [Fact]
    public void Records_of_older_producers_and_consumers_are_read_too()
    {
        var records = Decode("Pub|1|R|G|T|ID|null|k|h:1|3|4|3|true$SubAfter|Q|ID|7|true|k$");

        var send = Assert.IsType<SendTrace>(records[0]);
        Assert.Equal((null, true, TracedMessageKind.Delayed, null), (send.OffsetMessageId, send.Succeeded, send.Kind, send.Tag));
        Assert.Equal(HandlingEnd.Succeeded, Assert.IsType<HandlingEndTrace>(records[1]).End);
    }

    [Fact]
    public void Records_of_unknown_kinds_are_left_out() => Assert.Empty(Decode("Recall|1|2$"));

    [Theory]
    [InlineData("Pub|1|R$")]
    [InlineData("Pub|x|R|G|T|ID|null|k|h:1|3|4|3|true$")]
    [InlineData("Pub|9223372036854775807|R|G|T|ID|null|k|h:1|3|4|3|true$")]
    [InlineData("SubBefore|1|R|G|Q|ID|99999999999|k$")]
    [InlineData("SubAfter|Q|ID$")]
    public void What_is_no_record_is_refused(string text) => Assert.Throws<FormatException>(() => Decode(text));

    private static IReadOnlyList<TraceRecord> Decode(string text) =>
        TraceCodec.Decode(Encoding.UTF8.GetBytes(text.Replace('|', '\u0001').Replace('$', '\u0002')));
}
