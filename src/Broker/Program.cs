using Microsoft.Extensions.DependencyInjection;
using Rocketeer.Broker;
using Rocketeer.Broker.Configuration;
using Rocketeer.Hosting;

var options = new BrokerOptions();
return await ServerHost.RunAsync("Rocketeer.Broker", args, options.Parts, (builder, start) =>
{
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton(start);
    builder.Services.AddHostedService<BrokerService>();
});
