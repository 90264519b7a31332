using System.Collections.Concurrent;
using System.Text;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cluster.Tests;

/// <summary>What a consumer's handler was given, in the order of its calls.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<MessageExt> _messages = new();

    public IReadOnlyCollection<MessageExt> Messages => _messages;

    public IReadOnlyList<string> Texts => [.. _messages.Select(TextOf)];

    public static string TextOf(MessageExt message) => Encoding.UTF8.GetString(message.Body.Span);

    public ValueTask<ConsumeResult> AcceptAsync(MessageExt message, CancellationToken cancellationToken)
    {
        _messages.Enqueue(message);
        return ValueTask.FromResult(ConsumeResult.Success);
    }

    /// <summary>Waits for so many calls, repeated ones included.</summary>
    public Task HasCountAsync(int count) => Eventually.HoldsAsync(() => _messages.Count >= count, () => $"{_messages.Count} of {count} messages came");

    /// <summary>Waits until each of the texts came at least once.</summary>
    public Task HasAllAsync(IEnumerable<string> texts)
    {
        var expected = texts.ToArray();
        return Eventually.HoldsAsync(
            () => _messages.Count >= expected.Length && !expected.Except(Texts).Any(),
            () => $"missing: {string.Join(' ', expected.Except(Texts).Take(20))}");
    }

    /// <summary>Waits for the texts and asserts that each came once and nothing else did.</summary>
    public async Task HasExactlyAsync(IEnumerable<string> texts)
    {
        var expected = texts.ToArray();
        await HasAllAsync(expected);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Texts.Order(StringComparer.Ordinal));
    }
}
