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

if (args is ["replicate", .. var replicateArguments])
{
    return await ReplicationBenchmark.RunAsync(replicateArguments);
}

if (args is ["dispatch", .. var dispatchArguments])
{
    return await DispatchBenchmark.RunAsync(dispatchArguments);
}

if (args is ["scan", .. var scanArguments])
{
    return await ScanBenchmark.RunAsync(scanArguments);
}

if (args is ["topics", .. var topicsArguments])
{
    return await TopicsBenchmark.RunAsync(topicsArguments);
}

if (args is ["sql"])
{
    SqlFilterBenchmark.Run();
    return 0;
}

if (args is ["delayed", .. var delayedArguments])
{
    return await DelayedBenchmark.RunAsync(delayedArguments);
}

if (args is ["scrape", .. var scrapeArguments])
{
    return await ScrapeBenchmark.RunAsync(scrapeArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(ReplicationBenchmark).Assembly).Run(args);
return 0;
