using k8s;
using Microsoft.Extensions.DependencyInjection;
using Rocketeer.Hosting;
using Rocketeer.Operator;
using Rocketeer.Operator.Crds;

if (args is ["crds", ..])
{
    var root = args.Length > 1 ? args[1] : Directory.GetCurrentDirectory();
    CrdFiles.Write(Path.Combine(root, "deploy", "crds"));
    File.WriteAllText(Path.Combine(root, "docs", "crds.md"), ReferencePage.Markdown());
    return 0;
}

var options = new OperatorOptions();
return await ServerHost.RunAsync("Rocketeer.Operator", args, [options], (builder, _) =>
{
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton(KubernetesClientConfiguration.BuildDefaultConfig());
    builder.Services.AddHostedService<OperatorService>();
});
