using System.Text;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Protocol.Signing;
using Rocketeer.Protocol.Tests.Codec;
using Rocketeer.Protocol.Tests.Golden;

namespace Rocketeer.Protocol.Tests.Signing;

public sealed class SigningTests
{
    private static readonly RequestSigner Signer = new("RocketMQ", "12345678");

    [Fact]
    public void A_request_without_header_is_signed_as_the_original_signs_it()
    {
        var request = RemotingCommand.Request(RequestCode.HeartBeat, body: "{}"u8.ToArray());

        new RequestSigner("RocketMQ", "12345678", "tok").Sign(request);

        Assert.Equal("NinC1P9Nj0/DlFPhbixWO7t4sCY=", request.ExtFields!["Signature"]);
        Assert.Equal(["Signature", "AccessKey", "SecurityToken"], request.ExtFields.Keys);
    }

    [Fact]
    public void Recorded_signatures_are_those_that_the_key_makes_over_the_received_fields()
    {
        var key = new SigningKey("12345678");
        var checkedFrames = 0;
        foreach (var (request, signature) in SignedByTheOriginal())
        {
            var command = CommandView.Parse(request.AsSpan(sizeof(int)));
            var fields = SignedFields.OfThisThread;
            Assert.True(fields.TryAdd(command.Fields, 64, out var received));

            Assert.Equal(signature, Encoding.ASCII.GetString(received));
            Assert.True(key.Verify(fields.Values(), command.Body, received), Encoding.UTF8.GetString(request));
            checkedFrames++;
        }

        Assert.True(checkedFrames > 30, $"only {checkedFrames} frames");
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void Signing_the_recorded_requests_again_gives_the_recorded_signatures_in_both_serializations(SerializeType serializeType)
    {
        foreach (var (request, signature) in SignedByTheOriginal())
        {
            var recorded = CommandView.Parse(request.AsSpan(sizeof(int))).ToCommand();
            var signer = new RequestSigner(recorded.ExtFields!["AccessKey"], "12345678");
            recorded.SerializeType = serializeType;

            signer.Sign(recorded);

            var sent = CommandView.Parse(Frames.Encode(recorded).AsSpan(sizeof(int))).ToCommand();
            Assert.Equal(signature, sent.ExtFields!["Signature"]);
        }
    }

    [Fact]
    public void A_send_is_signed_into_the_frame_that_the_original_sent()
    {
        var recorded = SignedByTheOriginal().First(pair => pair.Request.AsSpan().IndexOf("\"code\":310,"u8) > 0).Request;
        var command = CommandView.Parse(recorded.AsSpan(sizeof(int)));
        var request = new RemotingCommand
        {
            Code = 310,
            Opaque = command.Envelope.Opaque,
            Language = command.Envelope.Language,
            Version = command.Envelope.Version,
            Header = command.ReadHeader<SendMessageRequestHeader>(),
            Body = command.Body.ToArray(),
        };

        Signer.Sign(request);

        Assert.Equal(Encoding.UTF8.GetString(recorded), Encoding.UTF8.GetString(Frames.Encode(request)));
    }

    [Fact]
    public void Fields_beside_the_header_are_signed_too()
    {
        var bare = RemotingCommand.Request(RequestCode.QueryMessage, new GetMaxOffsetRequestHeader { Topic = "T", QueueId = 1 });
        var more = RemotingCommand.Request(RequestCode.QueryMessage, new GetMaxOffsetRequestHeader { Topic = "T", QueueId = 1 });
        more.ExtFields = new Dictionary<string, string> { ["_UNIQUE_KEY_QUERY"] = "true" };

        Signer.Sign(bare);
        Signer.Sign(more);

        Assert.NotEqual(bare.ExtFields!["Signature"], more.ExtFields["Signature"]);
        Assert.Equal("true", more.ExtFields["_UNIQUE_KEY_QUERY"]);
    }

    [Fact]
    public void Signing_again_replaces_the_signature_and_leaves_the_callers_map_alone()
    {
        var fields = new Dictionary<string, string> { ["x"] = "1" };
        var request = new RemotingCommand { Code = 1, ExtFields = fields };
        Signer.Sign(request);
        var first = request.ExtFields["Signature"];

        new RequestSigner("somebody", "otherwise").Sign(request);
        Assert.NotEqual(first, request.ExtFields["Signature"]);
        Signer.Sign(request);

        Assert.Equal(first, request.ExtFields["Signature"]);
        Assert.Single(fields);
    }

    [Fact]
    public void Names_are_ordered_as_utf16()
    {
        string[] names = ["b", "a", "\uE000", "\U00010000", "\uFFFD", "é", "aa", "", "Z", "\uD7FF", "\U0010FFFF"];
        var fields = SignedFields.OfThisThread;
        foreach (var name in names)
        {
            fields.Add(Encoding.UTF8.GetBytes(name), $"[{name}]");
        }

        var expected = string.Concat(names.Order(StringComparer.Ordinal).Select(name => $"[{name}]"));
        Assert.Equal(expected, Encoding.UTF8.GetString(fields.Values()));
    }

    [Fact]
    public void Of_a_name_that_comes_twice_the_last_value_is_signed()
    {
        var fields = SignedFields.OfThisThread;
        fields.Add("a"u8, "1");
        fields.Add("b"u8, "2");
        fields.Add("a"u8, "3");

        Assert.Equal("32", Encoding.UTF8.GetString(fields.Values()));
        Assert.Equal("2", Encoding.UTF8.GetString(fields.Values(except: "a"u8)));
        Assert.Equal(2, fields.Count);
    }

    [Fact]
    public void More_fields_than_allowed_are_not_sorted()
    {
        var many = Enumerable.Range(0, 200).ToDictionary(i => $"n{i}", _ => "v");

        Assert.False(SignedFields.OfThisThread.TryAdd(ExtFieldReader.Over(many), 128, out _));
        Assert.True(SignedFields.OfThisThread.TryAdd(ExtFieldReader.Over(many), 200, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("q6r88g4UDFWXaJgJ+Avja89E4gw")]
    [InlineData("q6r88g4UDFWXaJgJ+Avja89E4gw=x")]
    public void A_signature_of_another_length_is_wrong(string signature) =>
        Assert.False(new SigningKey("12345678").Verify("x"u8, default, Encoding.ASCII.GetBytes(signature)));

    [Fact]
    public void Nothing_shows_a_secret()
    {
        Assert.DoesNotContain("topsecret", new SigningKey("topsecret").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", new RequestSigner("who", "topsecret").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_a_signature_allocates_nothing()
    {
        var request = SignedByTheOriginal().First(pair => pair.Request.AsSpan().IndexOf("\"code\":310,"u8) > 0).Request;
        var key = new SigningKey("12345678");

        AllocationTests.AssertNoAllocation(() =>
        {
            var command = CommandView.Parse(request.AsSpan(sizeof(int)));
            var fields = SignedFields.OfThisThread;
            fields.TryAdd(command.Fields, 64, out var received);
            Assert.True(key.Verify(fields.Values(), command.Body, received));
        });
    }

    /// <summary>The wrong secret and the unknown key of the recording are left out.</summary>
    private static IEnumerable<(byte[] Request, string Signature)> SignedByTheOriginal()
    {
        foreach (var exchange in GoldenFrames.All().Where(exchange => exchange.File.StartsWith("acl/", StringComparison.Ordinal)))
        {
            var command = CommandView.Parse(exchange.Request.AsSpan(sizeof(int))).ToCommand();
            var remark = exchange.Response is null ? null : CommandView.Parse(exchange.Response.AsSpan(sizeof(int))).Envelope.Remark;
            var failed = remark is not null
                && (remark.Contains("Check signature failed", StringComparison.Ordinal) || remark.Contains("No acl config", StringComparison.Ordinal));
            if (!failed && command.ExtFields?.TryGetValue("Signature", out var signature) is true)
            {
                yield return (exchange.Request, signature);
            }
        }
    }
}
