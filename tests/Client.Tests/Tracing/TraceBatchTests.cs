using Rocketeer.Client.Tracing;

namespace Rocketeer.Client.Tests.Tracing;

public sealed class TraceBatchTests
{
    [Fact]
    public void The_message_is_found_by_every_id_and_key_once()
    {
        var batch = new TraceBatch("TRACES");
        Assert.True(batch.TryAdd(Record("ID1", "a b")));
        Assert.True(batch.TryAdd(Record("ID2", "b  c ")));
        Assert.True(batch.TryAdd(Record("ID2", null)));

        var message = batch.ToMessage();

        Assert.Equal("TRACES", message.Topic);
        Assert.Equal(["ID1", "a", "b", "ID2", "c"], message.Keys);
        Assert.Equal(3, TraceCodec.Decode(message.Body.Span).Count);
    }

    [Fact]
    public void A_record_that_would_make_the_body_too_long_is_not_taken()
    {
        var batch = new TraceBatch("TRACES");
        var taken = 0;
        while (batch.TryAdd(Record("ID", new string('k', 1000))))
        {
            taken++;
        }

        Assert.Equal(taken, TraceCodec.Decode(batch.ToMessage().Body.Span).Count);
        Assert.InRange(batch.ToMessage().Body.Length, 100_000, 118_000);
    }

    [Fact]
    public void Keys_never_outgrow_what_a_broker_can_store()
    {
        var batch = new TraceBatch("TRACES");
        for (var i = 0; batch.TryAdd(Record($"ID{i}", $"{i}{new string('ü', 100)}")); i++)
        {
        }

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(string.Join(' ', batch.ToMessage().Keys)), 20_000, 24_000);

        var alone = new TraceBatch("TRACES");
        Assert.True(alone.TryAdd(Record("ID", new string('ü', 16_000))));
        Assert.Equal(["ID"], alone.ToMessage().Keys);
    }

    private static HandlingEndTrace Record(string id, string? keys) =>
        new(id, keys) { RequestId = "Q", Cost = TimeSpan.Zero, Succeeded = true };
}
