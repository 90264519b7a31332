using System.Globalization;

namespace Rocketeer.DevCluster.Work;

/// <summary>Sends a number of messages as fast as they are acknowledged, waits until all have arrived, and judges.</summary>
internal static class OnceRun
{
    private const int InFlight = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it; true when every message that was acknowledged arrived, and every message was acknowledged.</summary>
    public static async Task<bool> RunAsync(
        DemoWorkload workload, int messages, int bodyBytes, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, messages),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (_, token) => await workload.SendAsync(bodyBytes, token));
        var sending = clock.GetElapsedTime(begin);

        var waitBegin = clock.GetTimestamp();
        while (workload.Ledger.Missing > 0 && clock.GetElapsedTime(waitBegin) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        }

        var whole = clock.GetElapsedTime(begin);
        var ledger = workload.Ledger;
        var passed = ledger.Missing == 0 && ledger.Acknowledged == messages;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            sent and acknowledged  {ledger.Acknowledged} of {messages} messages of {bodyBytes} bytes in {sending.TotalSeconds:0.00} s ({messages / sending.TotalSeconds:0} per second)
            received               {ledger.Arrived} different messages after {whole.TotalSeconds:0.00} s, {ledger.Repeated} of them more than once
            missing                {ledger.Missing}
            send to receive        p50 {ledger.LatencyPercentile(50):0.0} ms, p99 {ledger.LatencyPercentile(99):0.0} ms
            {(passed ? "OK: every message that was sent was received." : "FAILED: see the figures above and the server.log files.")}
            """));
        return passed;
    }
}
