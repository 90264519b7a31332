using System.CommandLine;
using Rocketeer.DevCluster;

var once = new Option<bool>("--once") { Description = "Run to the end: send, receive, check, print the figures, exit 0 or 1." };
var messages = new Option<int>("--messages") { Description = "Messages that --once sends.", DefaultValueFactory = _ => 20_000 };
var size = new Option<int>("--size") { Description = "Bytes of each message's body.", DefaultValueFactory = _ => 1024 };
var rate = new Option<int>("--rate") { Description = "Messages per second without --once.", DefaultValueFactory = _ => 100 };
var directory = new Option<DirectoryInfo?>("--directory") { Description = "Where stores and logs go; default .dev in the repository." };
messages.Validators.Add(AtLeastOne);
size.Validators.Add(AtLeastOne);
rate.Validators.Add(AtLeastOne);

var command = new RootCommand("Runs Rocketeer on this machine: a name server, a master and a slave, with a producer and a consumer at work.")
{
    once, messages, size, rate, directory,
};
command.SetAction((parsed, cancellationToken) => DevCluster.RunAsync(
    new DevClusterOptions
    {
        Once = parsed.GetValue(once),
        Messages = parsed.GetValue(messages),
        BodyBytes = parsed.GetValue(size),
        Rate = parsed.GetValue(rate),
        Directory = parsed.GetValue(directory)?.FullName,
    },
    cancellationToken));

// After Ctrl-C the servers are asked to stop one after another; nobody is left running.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });

static void AtLeastOne(System.CommandLine.Parsing.OptionResult option)
{
    if (option.GetValueOrDefault<int>() < 1)
    {
        option.AddError($"{option.Option.Name} must be at least 1.");
    }
}
