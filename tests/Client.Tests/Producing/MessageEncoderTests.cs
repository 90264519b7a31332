using System.IO.Compression;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Producing;

public sealed class MessageEncoderTests
{
    private const string Id = "C00002020ECA5FFD2B276FB980A60000";

    private readonly MessageEncoder _encoder = new(new ProducerOptions { Group = "PG" });

    [Fact]
    public void Tag_keys_id_wait_delay_and_properties_become_the_properties_string()
    {
        var message = new Message("orders", "hello"u8.ToArray())
        {
            Tag = "TagA",
            Keys = ["k1", "k2"],
            DelayLevel = 3,
            Flag = 7,
            Properties = new Dictionary<string, string> { ["region"] = "eu" },
        };

        var outgoing = _encoder.Encode(message, Id);
        var properties = MessageProperties.Parse(outgoing.Properties);

        Assert.Equal(7, outgoing.Flag);
        Assert.Equal(0, outgoing.SysFlag);
        Assert.Equal(6, properties.Count);
        Assert.Equal("TagA", properties["TAGS"]);
        Assert.Equal("k1 k2", properties["KEYS"]);
        Assert.Equal(Id, properties["UNIQ_KEY"]);
        Assert.Equal("true", properties["WAIT"]);
        Assert.Equal("3", properties["DELAY"]);
        Assert.Equal("eu", properties["region"]);
    }

    [Fact]
    public void A_body_of_4096_bytes_is_compressed_at_level_5_and_one_of_4095_is_not()
    {
        var small = _encoder.Encode(new Message("T", new byte[4095]), Id);
        var big = _encoder.Encode(new Message("T", new byte[4096]), Id);

        Assert.Equal(0, small.SysFlag);
        Assert.Equal(MessageSysFlags.Compressed, big.SysFlag);
        Assert.Equal([0x78, 0x5E], big.Body[..2].ToArray());
        using var inflated = new MemoryStream();
        using var zlib = new ZLibStream(new MemoryStream(big.Body.ToArray()), CompressionMode.Decompress);
        zlib.CopyTo(inflated);
        Assert.Equal(new byte[4096], inflated.ToArray());
    }

    [Fact]
    public void A_body_that_compression_makes_longer_is_sent_as_it_is()
    {
        var noise = new byte[8192];
        new Random(1).NextBytes(noise);

        var outgoing = _encoder.Encode(new Message("T", noise), Id);

        Assert.Equal(0, outgoing.SysFlag);
        Assert.Equal(noise, outgoing.Body.ToArray());
    }

    [Fact]
    public void A_half_message_has_the_flag_of_a_prepared_transaction()
    {
        var outgoing = _encoder.Encode(
            new Message("T", new byte[1]) { SystemProperties = new Dictionary<string, string> { ["TRAN_MSG"] = "true", ["PGROUP"] = "PG" } }, Id);

        Assert.Equal(MessageSysFlags.TransactionPrepared, outgoing.SysFlag);
        Assert.Contains("PGROUP\u0001PG\u0002", outgoing.Properties, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_counts_of_a_retry_topic_go_into_the_header_too()
    {
        var system = new Dictionary<string, string> { ["RECONSUME_TIME"] = "4", ["MAX_RECONSUME_TIMES"] = "16" };

        var retry = _encoder.Encode(new Message("%RETRY%CG", new byte[1]) { SystemProperties = system }, Id);
        var other = _encoder.Encode(new Message("T", new byte[1]) { SystemProperties = system }, Id);

        Assert.Equal((4, 16), (retry.ReconsumeTimes, retry.MaxReconsumeTimes));
        Assert.Equal((0, null), (other.ReconsumeTimes, other.MaxReconsumeTimes));
    }

    [Fact]
    public void A_message_that_is_delivered_again_keeps_its_id_and_has_each_property_once()
    {
        var again = new Message("%RETRY%CG", new byte[1])
        {
            SystemProperties = new Dictionary<string, string> { ["UNIQ_KEY"] = "first", ["WAIT"] = "false", ["DELAY"] = "4" },
        };

        Assert.Equal("UNIQ_KEY\u0001first\u0002WAIT\u0001false\u0002DELAY\u00014\u0002", _encoder.Encode(again, Id).Properties);
    }

    public static TheoryData<string, Message> Illegal => new()
    {
        { "topic", new Message("", new byte[1]) },
        { "topic with a space", new Message("a b", new byte[1]) },
        { "topic of 128 characters", new Message(new string('t', 128), new byte[1]) },
        { "the template topic", new Message("TBW102", new byte[1]) },
        { "empty body", new Message("T", default) },
        { "body over the limit", new Message("T", new byte[(4 * 1024 * 1024) + 1]) },
        { "blank tag", new Message("T", new byte[1]) { Tag = " " } },
        { "key with a space", new Message("T", new byte[1]) { Keys = ["a b"] } },
        { "blank key", new Message("T", new byte[1]) { Keys = [""] } },
        { "reserved property", new Message("T", new byte[1]) { Properties = { ["UNIQ_KEY"] = "x" } } },
        { "blank property", new Message("T", new byte[1]) { Properties = { ["p"] = "" } } },
        { "blank property name", new Message("T", new byte[1]) { Properties = { [" "] = "x" } } },
        { "separator in a value", new Message("T", new byte[1]) { Properties = { ["p"] = "a\u0001b" } } },
        { "separator in a name", new Message("T", new byte[1]) { Properties = { ["p\u0002"] = "a" } } },
        { "properties over 32767 bytes", new Message("T", new byte[1]) { Properties = { ["p"] = new string('ä', 16_400) } } },
        { "negative delay", new Message("T", new byte[1]) { DelayLevel = -1 } },
    };

    [Theory, MemberData(nameof(Illegal), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_sent_is_refused_with_a_sentence(string what, Message message)
    {
        Assert.NotEmpty(what);
        var refused = Assert.Throws<MessageIllegalException>(() => _encoder.Encode(message, Id));

        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_is_cut_where_it_gets_too_long()
    {
        var options = new ProducerOptions { Group = "PG", MaxMessageBytes = 1024 };
        var batch = new BatchEncoder(new MessageEncoder(options), options.MaxMessageBytes);
        var messages = Enumerable.Range(0, 10).Select(i => new Message("T", new byte[200]) { Flag = i }).ToArray();

        var parts = batch.Cut(messages, new UniqueMessageId(TimeProvider.System));

        Assert.All(parts, part => Assert.InRange(part.Length, 1, 1024));
        Assert.Equal(messages, parts.SelectMany(part => part.Members).Select(member => member.Message));
        Assert.Equal(10, parts.SelectMany(part => part.Ids).Distinct().Count());
        Assert.All(parts, part => Assert.Equal(part.Length, BatchEncoder.Encode(part).Body.Length));
    }

    [Fact]
    public void The_members_of_a_batch_are_encoded_with_their_properties()
    {
        var options = new ProducerOptions { Group = "PG" };
        var part = Assert.Single(new BatchEncoder(new MessageEncoder(options), options.MaxMessageBytes)
            .Cut([new Message("T", "a"u8.ToArray()) { Flag = 7, Tag = "A" }], new UniqueMessageId(TimeProvider.System)));

        var outgoing = BatchEncoder.Encode(part);
        var items = new BatchMessageReader(outgoing.Body.Span);

        Assert.True(items.Read());
        Assert.Equal(7, items.Flag);
        Assert.Equal("a"u8.ToArray(), items.Body.ToArray());
        Assert.Equal(part.Ids[0], MessageProperties.Parse(items.Properties)["UNIQ_KEY"]);
        Assert.False(items.Read());
        Assert.Equal("WAIT\u0001true\u0002", outgoing.Properties);
        Assert.NotNull(outgoing.Batch);
    }

    public static TheoryData<string, Message[]> IllegalBatches => new()
    {
        { "empty", [] },
        { "two topics", [new Message("T", new byte[1]), new Message("U", new byte[1])] },
        { "two kinds of waiting", [new Message("T", new byte[1]), new Message("T", new byte[1]) { WaitUntilStored = false }] },
        { "delayed", [new Message("T", new byte[1]) { DelayLevel = 1 }] },
        { "retry topic", [new Message("%RETRY%G", new byte[1])] },
        { "one too long", [new Message("T", new byte[4 * 1024 * 1024])] },
    };

    [Theory, MemberData(nameof(IllegalBatches), DisableDiscoveryEnumeration = true)]
    public void A_batch_that_brokers_would_not_take_is_refused(string what, Message[] messages)
    {
        Assert.NotEmpty(what);
        var options = new ProducerOptions { Group = "PG" };

        Assert.Throws<MessageIllegalException>(
            () => new BatchEncoder(new MessageEncoder(options), options.MaxMessageBytes).Cut(messages, new UniqueMessageId(TimeProvider.System)));
    }
}
