using System.CommandLine;
using Rocketeer.Cli.Output;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Cli.Commands;

/// <summary><c>consume</c>: prints messages as a member of a consumer group.</summary>
internal static class ConsumeCommand
{
    // Handlers only print; what they have not printed by then is delivered again.
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(200);

    public static Command Create(CommandContext context)
    {
        var topic = new Option<string>("--topic", "-t") { Description = "Topic.", Required = true };
        var group = new Option<string>("--group", "-g") { Description = "Consumer group; what it consumed it does not get again.", Required = true };
        var tags = new Option<string?>("--tags") { Description = "Tags as 'TagA || TagB'; all if not given." };
        var from = new Option<string>("--from")
        {
            Description = "Where a new group begins; brokers may send it to the first message of a young queue all the same.",
            DefaultValueFactory = _ => "first",
        }.AcceptOnlyFromAmong("first", "last");
        var count = CommandContext.Between(new("--count") { Description = "Ends after so many messages; else Ctrl-C ends it." }, 1, int.MaxValue);
        var command = new ExampleCommand(
            "consume", "Prints the messages of a topic as they come.", "rocketctl consume --topic hello --group me") { topic, group, tags, from, count };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var most = parsed.GetValue(count) is > 0 and var wanted ? wanted : int.MaxValue;
            var printer = new MessagePrinter(context.Terminal, context.FormatOf(parsed), most);
            await using var client = context.Connect(parsed);
            await using var consumer = client.CreatePushConsumer(parsed.GetRequiredValue(group), options =>
            {
                options.ConsumeFrom = parsed.GetValue(from) == "last" ? ConsumeFrom.LastOffset : ConsumeFrom.FirstOffset;
                options.ConsumeThreads = 1;
                options.StopGrace = StopGrace;
            });
            consumer.Subscribe(parsed.GetRequiredValue(topic), parsed.GetValue(tags));
            await consumer.StartAsync(printer.HandleAsync, cancellationToken);
            await printer.Done.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return command;
    }

    /// <summary>Prints up to a number of messages, then says that it is done and leaves all others alone.</summary>
    private sealed class MessagePrinter(Terminal terminal, OutputFormat format, int most)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<ConsumeResult> _never = new();
        private int _printed;

        public Task Done => _done.Task;

        public ValueTask<ConsumeResult> HandleAsync(MessageExt message, CancellationToken cancellationToken)
        {
            if (_printed == most)
            {
                // Neither done nor given back for later: the group's next consumer gets it at once.
                return new ValueTask<ConsumeResult>(_never.Task);
            }

            Print(MessageView.Of(message));
            if (++_printed == most)
            {
                _done.TrySetResult();
            }

            return ValueTask.FromResult(ConsumeResult.Success);
        }

        private void Print(MessageView message)
        {
            if (format != OutputFormat.Table)
            {
                terminal.ShowNext(format, message, OutputJson.Line.MessageView);
                return;
            }

            terminal.Out.WriteLine($"{message.Headline} {message.Printable}");
        }
    }
}
