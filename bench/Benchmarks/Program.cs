using BenchmarkDotNet.Running;
using Rocketeer.Benchmarks;

if (args is ["echo", .. var echoArguments])
{
    return await EchoBenchmark.RunAsync(echoArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
