using Microsoft.Extensions.DependencyInjection;
using Rocketeer.Hosting;
using Rocketeer.NameServer;

var options = new NameServerOptions();
return await ServerHost.RunAsync("Rocketeer.NameServer", args, options.Parts, (builder, start) =>
{
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton(start);
    builder.Services.AddHostedService<NameServerService>();
});
