using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rocketeer.Client.Serialization;
using Rocketeer.Client.Tests.Fakes;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Tests.Serialization;

public sealed record Order(string Number, int Cents);

[JsonSerializable(typeof(Order))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class OrderContext : JsonSerializerContext;

public sealed class MessageSerializerTests
{
    private static readonly Order Sample = new("4711", 1250);

    public static TheoryData<JsonMessageSerializer> Serializers =>
        [JsonMessageSerializer.Default, new JsonMessageSerializer((IJsonTypeInfoResolver)OrderContext.Default), new JsonMessageSerializer(OrderContext.Default.Options)];

    [Theory, MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public void A_value_survives_its_body_by_reflection_and_by_generated_code(JsonMessageSerializer serializer)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, Sample);

        Assert.Equal("""{"number":"4711","cents":1250}""", Encoding.UTF8.GetString(writer.WrittenSpan));
        Assert.Equal(Sample, serializer.Deserialize<Order>(writer.WrittenMemory));
    }

    [Fact]
    public void A_type_that_a_context_does_not_know_is_named_together_with_the_remedy() => Assert.Contains(
        "JsonSerializerContext",
        Assert.Throws<NotSupportedException>(
            () => new JsonMessageSerializer((IJsonTypeInfoResolver)OrderContext.Default).Serialize(new ArrayBufferWriter<byte>(), Guid.Empty)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("not json", null, "cannot be read as a Order")]
    [InlineData("null", null, "holds null")]
    [InlineData("{}", "text/plain", "says that it is 'text/plain'")]
    public void A_body_that_cannot_be_read_says_which_message_and_why(string body, string? contentType, string told)
    {
        var message = Received(body, contentType);

        var thrown = Assert.Throws<MessageFormatException>(() => JsonMessageSerializer.Default.Read<Order>(message));

        Assert.Contains(told, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("'orders'", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    public void A_body_of_the_right_kind_or_of_none_is_read(string? contentType) =>
        Assert.Equal(Sample, JsonMessageSerializer.Default.Read<Order>(Received("""{"number":"4711","cents":1250}""", contentType)));

    [Fact]
    public async Task A_typed_send_carries_the_value_its_content_type_and_what_else_the_message_says()
    {
        await using var cluster = await FakeCluster.StartAsync(1, "broker-a");
        var producer = cluster.CreateClient().CreateProducer("PG");

        await producer.SendAsync("T", Sample, TestContext.Current.CancellationToken);
        await producer.SendAsync(
            new Message<Order>("T", Sample) { Tag = "paid", Keys = ["k1", "k2"], DelayLevel = 3, Properties = { ["region"] = "eu" } },
            "4711",
            TestContext.Current.CancellationToken);

        var sent = cluster.Brokers["broker-a"].Received(RequestCode.SendMessageV2);
        Assert.All(sent, request => Assert.Equal("""{"number":"4711","cents":1250}""", Encoding.UTF8.GetString(request.Body.Span)));
        var properties = sent.Select(request => MessageProperties.Parse(request.ReadHeader<SendMessageRequestHeader>().Properties)).ToList();
        Assert.All(properties, all => Assert.Equal("application/json", all["contentType"]));
        Assert.Equal(
            ("paid", "k1 k2", "3", "eu"),
            (properties[1][PropertyNames.Tags], properties[1][PropertyNames.Keys], properties[1][PropertyNames.DelayLevel], properties[1]["region"]));
    }

    private static MessageExt Received(string body, string? contentType)
    {
        var message = new MessageExt { Topic = "orders", Body = Encoding.UTF8.GetBytes(body), Properties = new Dictionary<string, string>() };
        if (contentType is not null)
        {
            message.Properties[MessageContent.ContentType] = contentType;
        }

        return message;
    }
}
