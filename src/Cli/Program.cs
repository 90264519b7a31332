using Rocketeer.Cli;
using Rocketeer.Cli.Output;

return await Rocketctl.RunAsync(args, Terminal.OfThisProcess());
