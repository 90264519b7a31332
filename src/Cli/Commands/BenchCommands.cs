using System.CommandLine;
using System.Globalization;
using Rocketeer.Cli.Bench;
using Rocketeer.Cli.Output;

namespace Rocketeer.Cli.Commands;

/// <summary><c>bench</c>: load, and what it costs.</summary>
internal static class BenchCommands
{
    private const int LongestBody = 4 * 1024 * 1024;

    public static Command Create(CommandContext context) => new("bench", "Loads a cluster and measures it.") { Produce(context), Consume(context) };

    private static ExampleCommand Produce(CommandContext context)
    {
        var topic = TopicOption("Topic; created with 8 queues if it is missing.");
        var inFlight = CommandContext.Between(
            new("--in-flight") { Description = "Requests kept on their way.", DefaultValueFactory = _ => 1024 }, 1, 65_536);
        var connections = CommandContext.Between(
            new("--connections") { Description = "Separate clients that share them.", DefaultValueFactory = _ => 1 }, 1, 1024);
        var size = CommandContext.Between(
            new("--size") { Description = "Bytes of each body.", DefaultValueFactory = _ => 1024 }, 1, LongestBody);
        var batch = CommandContext.Between(new("--batch") { Description = "Messages of each request.", DefaultValueFactory = _ => 1 }, 1, 4096);
        var blocking = new Option<bool>("--blocking")
        {
            Description = "A thread for each request, which blocks until it is answered, instead of asynchronous sends.",
        };
        var retries = CommandContext.Between(
            new("--retries") { Description = "Further attempts after a failure; they hide failures.", DefaultValueFactory = _ => 0 }, 0, 100);
        var time = new TimeOptions();
        var command = new ExampleCommand(
            "produce",
            "Sends with many requests on their way; prints throughput, latency and CPU time.",
            "rocketctl bench produce --topic orders --in-flight 1024 --size 1024 --duration 10")
        {
            topic, inFlight, connections, size, batch, blocking, retries,
        };
        time.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ProduceLoadOptions(
                parsed.GetRequiredValue(topic),
                parsed.GetValue(inFlight),
                parsed.GetValue(connections),
                parsed.GetValue(size),
                parsed.GetValue(batch),
                parsed.GetValue(blocking),
                parsed.GetValue(retries),
                time.PlanOf(parsed));
            var load = new ProduceLoad(options, () => context.Connect(parsed), context.Terminal.Clock);
            return Print(context.Terminal, await WatchAsync(context.Terminal, options.Plan, load.RunAsync(cancellationToken)), context.FormatOf(parsed));
        });
        return command;
    }

    private static ExampleCommand Consume(CommandContext context)
    {
        var topic = TopicOption("Topic.");
        var group = new Option<string>("--group", "-g") { Description = "Consumer group; it goes on where the group is.", DefaultValueFactory = _ => "rocketctl-bench" };
        var batch = CommandContext.Between(
            new("--batch") { Description = "Messages of one pull; brokers give at most 32 unless told otherwise.", DefaultValueFactory = _ => 32 }, 1, 1024);
        var from = new Option<string>("--from")
        {
            Description = "group goes on where the group is, or at the first message; last waits for new ones (push: only if the broker agrees).",
            DefaultValueFactory = _ => "group",
        }.AcceptOnlyFromAmong("group", "last");
        var consumer = new Option<string>("--consumer")
        {
            Description = "pull reads every queue; push is a member of the group, as applications are.",
            DefaultValueFactory = _ => "pull",
        }.AcceptOnlyFromAmong("pull", "push");
        var time = new TimeOptions();
        var command = new ExampleCommand(
            "consume",
            "Consumes as fast as it goes; prints throughput, end-to-end latency and CPU time.",
            "rocketctl bench consume --topic orders --duration 10")
        {
            topic, group, batch, from, consumer,
        };
        time.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ConsumeLoadOptions(
                parsed.GetRequiredValue(topic),
                parsed.GetRequiredValue(group),
                parsed.GetValue(batch),
                parsed.GetValue(from) == "last",
                parsed.GetValue(consumer) == "push",
                time.PlanOf(parsed));
            var load = new ConsumeLoad(options, () => context.Connect(parsed), context.Terminal.Clock);
            return Print(context.Terminal, await WatchAsync(context.Terminal, options.Plan, load.RunAsync(cancellationToken)), context.FormatOf(parsed));
        });
        return command;
    }

    private static Option<string> TopicOption(string description) => new("--topic", "-t") { Description = description, Required = true };

    private static Task<BenchReport> WatchAsync(Terminal terminal, LoadPlan plan, Task<BenchReport> load) =>
        plan.Messages is null ? terminal.WaitAsync("Measuring", plan.WarmUp + plan.Duration, load) : load;

    /// <summary>Prints the figures. Errors without a single success are a failure of the command.</summary>
    private static int Print(Terminal terminal, BenchReport report, OutputFormat format)
    {
        terminal.Show(format, report, OutputJson.Pretty.BenchReport, Table);
        return report.Messages == 0 && report.Errors.Count > 0 ? Rocketctl.Failure : Rocketctl.Success;
    }

    private static TextTable Table(BenchReport report)
    {
        var table = new TextTable("Figure", "Value");
        table.Add("Topic", report.Topic);
        table.Add("Measured", Text($"{report.Messages} messages of {report.BodyBytes:0} bytes in {report.Seconds:0.00} s"));
        table.Add("Throughput", Text($"{report.MessagesPerSecond:0} messages/s, {report.MegabytesPerSecond:0.0} MB/s"));
        if (report.LatencyMicroseconds is { } latency)
        {
            table.Add(report.Kind == "produce" ? "Latency" : "End to end", Text(
                $"p50 {latency.P50 / 1000.0:0.00} ms, p99 {latency.P99 / 1000.0:0.00} ms, p99.9 {latency.P999 / 1000.0:0.00} ms, max {latency.Max / 1000.0:0.00} ms"));
        }

        table.Add("CPU here", Text(
            $"{report.Cpu.TotalSeconds:0.00} s (user {report.Cpu.UserSeconds:0.00}, system {report.Cpu.SystemSeconds:0.00}), {report.Cpu.MicrosecondsPerMessage:0.00} us/message"));
        table.Add("Allocated here", Text($"{report.AllocatedBytesPerMessage:0} bytes/message"));
        table.Add("Errors", report.Errors.Count == 0 ? "none" : string.Join(", ", report.Errors.Select(error => $"{error.Value} {error.Key}")));
        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>How long: by time, or by messages.</summary>
    private sealed class TimeOptions
    {
        private readonly Option<double> _duration = new("--duration") { Description = "Seconds to measure.", DefaultValueFactory = _ => 10 };
        private readonly Option<double> _warmUp = new("--warm-up") { Description = "Seconds before anything counts.", DefaultValueFactory = _ => 2 };
        private readonly Option<long?> _messages = new("--messages") { Description = "Messages to measure, instead of a duration." };

        public TimeOptions()
        {
            _duration.Validators.Add(result => RequireSeconds(result, 0.001));
            _warmUp.Validators.Add(result => RequireSeconds(result, 0));
            _messages.Validators.Add(result =>
            {
                if (!result.Errors.Any() && result.GetValueOrDefault<long?>() < 1)
                {
                    result.AddError("--messages must be at least 1.");
                }
            });
        }

        public void AddTo(Command command)
        {
            command.Options.Add(_duration);
            command.Options.Add(_warmUp);
            command.Options.Add(_messages);
        }

        public LoadPlan PlanOf(ParseResult parsed) => new(
            TimeSpan.FromSeconds(parsed.GetValue(_warmUp)), TimeSpan.FromSeconds(parsed.GetValue(_duration)), parsed.GetValue(_messages));

        private static void RequireSeconds(System.CommandLine.Parsing.OptionResult result, double least)
        {
            const double Day = 86_400;
            if (!result.Errors.Any() && result.GetValueOrDefault<double>() is var seconds && !(seconds >= least && seconds <= Day))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must be {least} to {Day} seconds."));
            }
        }
    }
}
