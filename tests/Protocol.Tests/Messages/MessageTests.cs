using System.Buffers;
using System.Net;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Tests.Messages;

public sealed class MessageTests
{
    private const string SampleRecord =
        "00000065daa320a758932aac0000000300000000000000000000000900000000000004000000000000000" + "1685b9a7a087f00000100001388000001685b9a7a09"
        + "7f00000100002a9f00000000000000000000000000000002686901540007" + "54414753014102";

    [Fact]
    public void The_originals_sample_record_is_read()
    {
        var message = Assert.Single(MessageDecoder.DecodeAll(Convert.FromHexString(SampleRecord)));

        Assert.Equal(("T", 3, 9L, 1024L), (message.Topic, message.QueueId, message.QueueOffset, message.CommitLogOffset));
        Assert.Equal("hi"u8.ToArray(), message.Body.ToArray());
        Assert.Equal("A", message.Tags);
        Assert.Equal("127.0.0.1:5000", message.BornHost.ToString());
        Assert.Equal("7F00000100002A9F0000000000000400", message.MessageId);
        Assert.True(OffsetMessageId.TryParse(message.MessageId, out var id));
        Assert.Equal(message.OffsetMessageId, id);
    }

    [Fact]
    public void A_record_cut_anywhere_is_no_record_and_what_follows_it_is_left_alone()
    {
        var record = Convert.FromHexString(SampleRecord);
        for (var length = 0; length < record.Length; length++)
        {
            Assert.False(MessageRecordView.TryParse(record.AsSpan(0, length), out _));
        }

        Assert.True(MessageRecordView.TryParse([.. record, 1, 2, 3], out var view));
        Assert.Equal(record.Length, view.Bytes.Length);
        Assert.Equal(2, MessageDecoder.DecodeAll((byte[])[.. record, .. record, 1, 2, 3]).Count);
    }

    [Fact]
    public void A_body_that_does_not_inflate_stays_as_it_is()
    {
        var record = Convert.FromHexString(SampleRecord);
        record[MessageRecordLayout.SysFlagAt + 3] = MessageSysFlags.Compressed;

        Assert.Equal("hi"u8.ToArray(), Assert.Single(MessageDecoder.DecodeAll(record)).Body.ToArray());
    }

    [Fact]
    public void Inflating_is_bounded()
    {
        var bomb = BoundedZlib.Deflate(new byte[1_000_000]);

        Assert.Equal([0x78, 0x5E], bomb[..2]);
        Assert.False(BoundedZlib.TryInflate(bomb, out _, maxLength: 999_999));
        Assert.True(BoundedZlib.TryInflate(bomb, out var plain, maxLength: 1_000_000));
        Assert.Equal(1_000_000, plain.Length);
    }

    [Theory]
    [InlineData("a\u0001b\u0002c\u0001d\u0002", "a=b;c=d")]
    [InlineData("a\u0001b", "a=b")]
    [InlineData("a\u0001\u0002b\u0001c\u0002", "b=c")]
    [InlineData("junk\u0002\u0001v\u0002", "=v")]
    [InlineData("a\u0001b\u0001c\u0002", "")]
    [InlineData("a\u0001b\u0001\u0002", "a=b")]
    [InlineData("a\u00011\u0002a\u00012\u0002", "a=2")]
    [InlineData("", "")]
    public void Properties_read_as_the_original_reads_them(string text, string expected)
    {
        var parsed = MessageProperties.Parse(text);

        Assert.Equal(expected, string.Join(';', parsed.Select(property => $"{property.Key}={property.Value}")));
        foreach (var (name, value) in parsed)
        {
            Assert.True(MessageProperties.TryFind(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(name), out var found));
            Assert.Equal(value, Encoding.UTF8.GetString(found));
        }
    }

    [Fact]
    public void Finding_a_property_agrees_with_parsing_all() =>
        Gen.Char["ab\u0001\u0002"].Array[0, 12].Select(chars => new string(chars)).Sample(
            text =>
            {
                var parsed = MessageProperties.Parse(text);
                foreach (var name in new[] { "", "a", "b", "ab" })
                {
                    var found = MessageProperties.TryFind(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(name), out var value);
                    Assert.Equal(parsed.GetValueOrDefault(name), found ? Encoding.UTF8.GetString(value) : null);
                }
            },
            iter: 20_000);

    [Fact]
    public void Batches_are_written_as_the_originals_sample()
    {
        var output = new ArrayBufferWriter<byte>();
        BatchMessageCodec.Append(output, 7, "a"u8, "WAIT\u0001true\u0002TAGS\u0001A\u0002"u8);

        Assert.Equal(
            "00000028" + "00000000" + "00000000" + "00000007" + "00000001" + "61" + "0011",
            Convert.ToHexStringLower(output.WrittenSpan[..23]));
        var items = new BatchMessageReader(output.WrittenSpan);
        Assert.True(items.Read());
        Assert.Equal(7, items.Flag);
        Assert.True(items.Body.SequenceEqual("a"u8));
        Assert.False(items.Read());
    }

    [Theory]
    [InlineData(null, "*", "")]
    [InlineData("*", "*", "")]
    [InlineData("TagA || TagB", "TagA || TagB", "TagA,TagB")]
    [InlineData(" TagA ||| ", " TagA ||| ", "TagA,|")]
    public void Tag_expressions_give_tags_and_their_hashes(string? expression, string subString, string tags)
    {
        var subscription = TagExpression.Parse("T", expression, 1);

        Assert.Equal(subString, subscription.SubString);
        Assert.Equal(tags, string.Join(',', subscription.TagsSet));
        Assert.Equal(subscription.TagsSet.Select(tag => JavaStringHash.Of(tag)).ToHashSet(), subscription.CodeSet);
    }

    [Fact]
    public void Expressions_that_say_nothing_are_refused()
    {
        Assert.Throws<FormatException>(() => TagExpression.Parse("T", "||", 1));
        Assert.Throws<FormatException>(() => TagExpression.Parse("T", "", 1, TagExpression.Sql92Type));
        Assert.Equal(2598919, JavaStringHash.Of("TagA"));
    }

    [Fact]
    public void Unique_ids_have_the_originals_layout_and_tell_their_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2019, 1, 17, 11, 37, 57, TimeSpan.Zero));
        var ids = new UniqueMessageId(clock, IPAddress.Parse("192.0.2.2"), 0x10ECA, 0x5FFD2B27);

        var first = ids.Next();
        clock.Advance(TimeSpan.FromDays(20));
        var second = ids.Next();

        Assert.Equal("C00002020ECA5FFD2B27" + "54E4BE08" + "0000", first);
        Assert.Equal("0001", second[28..]);
        Assert.True(UniqueMessageId.TryGetTime(first, clock.GetLocalNow(), out var time));
        Assert.Equal(new DateTimeOffset(2019, 1, 17, 11, 37, 57, TimeSpan.Zero), time);
    }

    [Fact]
    public void Public_addresses_go_before_private_ones()
    {
        static string? Choose(params string[] addresses) => UniqueMessageId.Choose(addresses.Select(IPAddress.Parse))?.ToString();

        Assert.Equal("8.8.8.8", Choose("::1", "192.168.0.7", "8.8.8.8"));
        Assert.Equal("192.168.0.7", Choose("192.168.0.1", "192.168.0.7", "10.0.0.5"));
        Assert.Null(Choose("192.168.0.1", "fe80::1"));
    }

    [Fact]
    public void Permissions_have_a_text_form()
    {
        Assert.Equal("RW-", Permissions.ToText(6));
        Assert.Equal("RWX", Permissions.ToText(7));
        Assert.Equal("---", Permissions.ToText(8));
        Assert.Equal(PullSysFlags.Suspend | PullSysFlags.Subscription, PullSysFlags.Build(commitOffset: false, suspend: true, subscription: true));
    }

    [Fact]
    public void Checksums_are_the_originals()
    {
        Assert.Equal(598130499, BodyChecksum.Of("{}"u8));
        Assert.Equal(907060870, BodyChecksum.Of("hello"u8));
        Assert.Equal(1774740973, BodyChecksum.Of("Hello RocketMQ"u8));
    }

    [Fact]
    public void A_batch_that_lies_is_refused()
    {
        Assert.Throws<BatchFormatException>(() => new BatchMessageReader(new byte[5]).Read());
        Assert.Throws<BatchFormatException>(() => new BatchMessageReader([.. new byte[16], 0x7F, 0, 0, 0, 0, 0]).Read());
    }
}
