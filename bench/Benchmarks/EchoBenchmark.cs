using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;
using Rocketeer.Remoting;
using Rocketeer.Remoting.Client;
using Rocketeer.Remoting.Server;
using Rocketeer.Remoting.Tls;
using Rocketeer.Remoting.Transport;

namespace Rocketeer.Benchmarks;

/// <summary>
/// How many send requests a server answers that does nothing with them: the ceiling of this Remoting on this machine, server and client
/// in one process over loopback. <c>dotnet run -c Release --project bench/Benchmarks -- echo [--seconds 5] [--inflight 1024]
/// [--size 1024] [--connections 4] [--transport epoll|stock] [--tls]</c>; <c>--tls</c> measures plain and TLS in turns and prints the ratio.
/// </summary>
internal static class EchoBenchmark
{
    /// <summary>Enough for the code to be compiled with optimisation, also on a machine that is busy.</summary>
    private const int WarmupMessages = 200_000;

    private const int RoundsOfTls = 3;

    private static readonly TimeSpan WarmupLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = Number(args, "--seconds", 5);
        var inFlight = Number(args, "--inflight", 1024);
        var size = Number(args, "--size", 1024);
        var connections = Number(args, "--connections", 4);
        var transport = Enum.Parse<TransportKind>(Text(args, "--transport", "auto"), ignoreCase: true);
        var load = new Load(seconds, inFlight, size, connections, transport);
        if (!args.Contains("--tls"))
        {
            Print(load, "", await RunOnceAsync(load, tls: false));
            return 0;
        }

        var ratios = new List<double>();
        for (var round = 0; round < RoundsOfTls; round++)
        {
            var plain = await RunOnceAsync(load, tls: false);
            var encrypted = await RunOnceAsync(load, tls: true);
            Print(load, " plain", plain);
            Print(load, " tls", encrypted);
            ratios.Add(encrypted.PerSecond / plain.PerSecond);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tls / plain: {ratios.Order().ElementAt(ratios.Count / 2):F2} (median of {ratios.Count})"));
        return 0;
    }

    private static void Print(Load load, string what, Result result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"echo{what} {load.Transport} size={load.Size} inflight={load.InFlight} connections={load.Connections}: {result.PerSecond:N0} msg/s, "
        + $"{result.CpuMicroseconds:F2} us CPU/msg, {result.AllocatedBytes:F0} B allocated/msg (client and server together)"));

    private static async Task<Result> RunOnceAsync(Load load, bool tls)
    {
        var (seconds, inFlight, size, connections, transport) = load;
        using var tlsServer = new TlsServer(new TlsServerOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        using var tlsClient = new TlsClient(new TlsClientOptions { TrustAny = true }, TimeProvider.System, NullLoggerFactory.Instance);
        var dispatcher = new RequestDispatcher().Map(RequestCode.SendMessageV2, new Answering());
        var options = new RemotingServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Transport = transport, Tls = tlsServer };
        await using var server = new RemotingServer(options, dispatcher, TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        var clients = new List<RemotingClient>();
        for (var i = 0; i < connections; i++)
        {
            var clientOptions = new RemotingClientOptions { Transport = transport, Tls = tls ? tlsClient : null };
            clients.Add(new RemotingClient(clientOptions, null, TimeProvider.System, NullLoggerFactory.Instance));
        }

        var counter = new Counter();
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, inFlight)
            .Select(i => Task.Run(() => CallAsync(clients[i % connections], server.EndPoint.ToString(), size, counter, stop.Token)))
            .ToArray();
        await WarmUpAsync(counter);
        var result = await MeasureAsync(counter, TimeSpan.FromSeconds(seconds));
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        return result;
    }

    private static async Task WarmUpAsync(Counter counter)
    {
        var begin = Stopwatch.GetTimestamp();
        while (counter.Value < WarmupMessages && Stopwatch.GetElapsedTime(begin) < WarmupLimit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<Result> MeasureAsync(Counter counter, TimeSpan duration)
    {
        using var process = Process.GetCurrentProcess();
        var (messages, cpu, allocated) = (counter.Value, process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var begin = Stopwatch.GetTimestamp();
        await Task.Delay(duration, TimeProvider.System);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        process.Refresh();
        var done = Math.Max(1, counter.Value - messages);
        return new Result(
            done / elapsed.TotalSeconds,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / done,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)done);
    }

    /// <summary>One of the calls in flight: the next goes out when the answer is there.</summary>
    private static async Task CallAsync(RemotingClient client, string address, int size, Counter counter, CancellationToken stop)
    {
        var header = new SendMessageV2Header();
        var body = new byte[size];
        while (!stop.IsCancellationRequested)
        {
            var request = RemotingCommand.Request(RequestCode.SendMessageV2, header, body);
            await client.InvokeAsync(address, request, CallTimeout, CancellationToken.None);
            counter.Increment();
        }
    }

    private static int Number(string[] args, string name, int otherwise) =>
        int.Parse(Text(args, name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private static string Text(string[] args, string name, string otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
    }

    private sealed class Counter
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }

    private readonly record struct Load(int Seconds, int InFlight, int Size, int Connections, TransportKind Transport);

    private readonly record struct Result(double PerSecond, double CpuMicroseconds, double AllocatedBytes);

    /// <summary>Reads every field of the request, as a broker would, and answers as for a stored message.</summary>
    private sealed class Answering : IRequestHandler
    {
        public void Handle(in CommandView request, Responder responder)
        {
            var fields = request.Fields;
            while (fields.Read())
            {
                if (fields.Name.Length == 0)
                {
                    throw new InvalidHeaderException("A field has no name.");
                }
            }

            responder.Reply(ResponseCode.Success, new StoredHeader());
        }
    }

    /// <summary>The fields of SEND_MESSAGE_V2 with the values of a plain message.</summary>
    private sealed class SendMessageV2Header : ICommandHeader
    {
        public void WriteTo<TWriter>(ref TWriter writer)
            where TWriter : struct, IExtFieldWriter, allows ref struct
        {
            writer.Write("a"u8, "bench-producers");
            writer.Write("b"u8, "bench-topic");
            writer.Write("c"u8, "TBW102");
            writer.Write("d"u8, 4);
            writer.Write("e"u8, 2);
            writer.Write("f"u8, 0);
            writer.Write("g"u8, 1_543_300_000_000);
            writer.Write("h"u8, 0);
            writer.Write("i"u8, "UNIQ_KEY\u0001C0A8000100002A9F4E5D3B1C00000000\u0002WAIT\u0001true\u0002");
            writer.Write("j"u8, 0);
            writer.Write("k"u8, false);
            writer.Write("m"u8, false);
        }
    }

    private readonly struct StoredHeader : ICommandHeader
    {
        public void WriteTo<TWriter>(ref TWriter writer)
            where TWriter : struct, IExtFieldWriter, allows ref struct
        {
            writer.Write("msgId"u8, "7F00000100002A9F0000000000000000");
            writer.Write("queueId"u8, 2);
            writer.Write("queueOffset"u8, 12345);
        }
    }
}
