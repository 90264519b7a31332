using System.Security.Cryptography;
using System.Text;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Tests.Golden;

public sealed class GoldenRecordTests
{
    [Fact]
    public void Every_recorded_record_reads_as_the_independent_decoder_read_it()
    {
        foreach (var expected in GoldenFrames.Records())
        {
            var bytes = Convert.FromHexString(expected.GetProperty("hex").GetString()!);

            Assert.True(MessageRecordView.TryParse(bytes, out var record));
            Assert.Equal(expected.GetProperty("totalSize").GetInt32(), record.TotalSize);
            Assert.Equal(expected.GetProperty("bodyCRC").GetInt32(), record.BodyCrc);
            Assert.True(record.HasValidChecksum);
            Assert.Equal(expected.GetProperty("queueId").GetInt32(), record.QueueId);
            Assert.Equal(expected.GetProperty("flag").GetInt32(), record.Flag);
            Assert.Equal(expected.GetProperty("queueOffset").GetInt64(), record.QueueOffset);
            Assert.Equal(expected.GetProperty("physicalOffset").GetInt64(), record.PhysicalOffset);
            Assert.Equal(expected.GetProperty("sysFlag").GetInt32(), record.SysFlag);
            Assert.Equal(expected.GetProperty("bornTimestamp").GetInt64(), record.BornTimestamp);
            Assert.Equal(expected.GetProperty("bornHost").GetString(), record.BornHost.ToString());
            Assert.Equal(expected.GetProperty("storeTimestamp").GetInt64(), record.StoreTimestamp);
            Assert.Equal(expected.GetProperty("storeHost").GetString(), record.StoreHost.ToString());
            Assert.Equal(expected.GetProperty("reconsumeTimes").GetInt32(), record.ReconsumeTimes);
            Assert.Equal(expected.GetProperty("preparedTransactionOffset").GetInt64(), record.PreparedTransactionOffset);
            Assert.Equal(expected.GetProperty("bodyLength").GetInt32(), record.Body.Length);
            Assert.Equal(expected.GetProperty("bodySha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(record.Body)));
            Assert.Equal(expected.GetProperty("topic").GetString(), Encoding.UTF8.GetString(record.Topic));
            Assert.Equal(
                expected.GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!),
                MessageProperties.Parse(record.Properties));
        }
    }

    [Fact]
    public void Every_recorded_record_is_written_again_to_the_same_bytes()
    {
        foreach (var expected in GoldenFrames.Records())
        {
            var bytes = Convert.FromHexString(expected.GetProperty("hex").GetString()!);
            Assert.True(MessageRecordView.TryParse(bytes, out var record));
            var parts = new MessageRecordParts
            {
                Body = record.Body,
                Topic = record.Topic,
                Properties = record.Properties,
                QueueId = record.QueueId,
                Flag = record.Flag,
                SysFlag = record.SysFlag,
                BornTimestamp = record.BornTimestamp,
                BornHost = record.BornHost,
                StoreHost = record.StoreHost,
                ReconsumeTimes = record.ReconsumeTimes,
                PreparedTransactionOffset = record.PreparedTransactionOffset,
            };

            var again = new byte[parts.TotalSize];
            MessageRecordWriter.Write(again, parts);
            MessageRecordWriter.SetBodyCrc(again, BodyChecksum.Of(record.Body));
            MessageRecordWriter.Place(again, record.QueueOffset, record.PhysicalOffset, record.StoreTimestamp);

            Assert.Equal(bytes, again);
        }
    }

    [Fact]
    public void A_compressed_body_is_inflated_for_the_consumer()
    {
        var compressed = GoldenFrames.Records().First(r => (r.GetProperty("sysFlag").GetInt32() & MessageSysFlags.Compressed) != 0);
        var bytes = Convert.FromHexString(compressed.GetProperty("hex").GetString()!);

        var message = Assert.Single(MessageDecoder.DecodeAll(bytes));

        Assert.True(message.Body.Length > compressed.GetProperty("bodyLength").GetInt32());
        Assert.Equal(compressed.GetProperty("properties").GetProperty("UNIQ_KEY").GetString(), message.MessageId);
    }
}
