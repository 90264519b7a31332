using BenchmarkDotNet.Running;
using Rocketeer.Benchmarks;

if (args is ["echo", .. var echoArguments])
{
    return await EchoBenchmark.RunAsync(echoArguments);
}

if (args is ["append", .. var appendArguments])
{
    return await AppendBenchmark.RunAsync(appendArguments);
}

if (args is ["flush", .. var flushArguments])
{
    return await SyncFlushBenchmark.RunAsync(flushArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
