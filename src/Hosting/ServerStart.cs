using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Hosting;

/// <summary>What a server is given to start with: its options are filled already.</summary>
/// <param name="CommandLine">The command line.</param>
/// <param name="Binder">Lists the options, and changes them at run time.</param>
public sealed record ServerStart(ServerCommandLine CommandLine, PropertyBinder Binder);
