using Rocketeer.Cli.Commands;
using Rocketeer.Client;
using Rocketeer.Client.Admin;
using Rocketeer.Client.Producing;

namespace Rocketeer.Cli.Bench;

/// <summary>
/// Keeps a number of sends on their way: as many asynchronous loops, each sending its next message when the last one is acknowledged.
/// None of them has a thread, unless it is asked for: then each has one, which blocks until its request is answered.
/// </summary>
internal sealed class ProduceLoad
{
    private const string ProducerGroup = "rocketctl-bench-producer";
    private const int QueuesOfNewTopic = 8;

    // Failures must be seen, not hide in retries; nor may they spin.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RouteWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RoutePoll = TimeSpan.FromMilliseconds(100);

    private readonly ProduceLoadOptions _options;
    private readonly Func<RocketeerClient> _connect;
    private readonly TimeProvider _clock;
    private readonly LoadWindow _window;
    private readonly Message[] _messages;

    /// <param name="options">What to send.</param>
    /// <param name="connect">Makes a client.</param>
    /// <param name="clock">Clock of the measurement.</param>
    public ProduceLoad(ProduceLoadOptions options, Func<RocketeerClient> connect, TimeProvider clock)
    {
        _options = options;
        _connect = connect;
        _clock = clock;
        _window = new LoadWindow(options.Plan, clock);
        var body = new byte[options.BodyBytes];
        new Random(0).NextBytes(body);
        _messages = [.. Enumerable.Repeat(new Message(options.Topic, body), options.Batch)];
    }

    /// <summary>Creates the topic if it is missing, sends, measures.</summary>
    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var clients = Enumerable.Range(0, _options.Connections).Select(_ => _connect()).ToArray();
        try
        {
            await EnsureTopicAsync(clients[0].Admin, cancellationToken);
            var producers = clients.Select(client => client.CreateProducer(Settings())).ToArray();
            var measuring = _window.RunAsync(cancellationToken); // first: without a warm-up no message may belong to it
            var loops = Enumerable.Range(0, _options.InFlight)
                .Select(index => StartLoop(producers[index % producers.Length]))
                .ToArray();
            await measuring;
            await Task.WhenAll(loops);
            return _window.Report("produce", _options.Topic, _options.Batch) with { InFlight = _options.InFlight, Connections = _options.Connections };
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private ProducerOptions Settings()
    {
        var settings = new ProducerOptions { Group = ProducerGroup, Retries = _options.Retries, CompressFromBytes = int.MaxValue };
        settings.MaxInFlightMessages = Math.Max(settings.MaxInFlightMessages, _options.InFlight);
        settings.MaxInFlightBytes = Math.Max(settings.MaxInFlightBytes, (long)_options.InFlight * _options.Batch * (_options.BodyBytes + 1024L));
        return settings;
    }

    private Task StartLoop(Producer producer) => _options.IsBlocking
        ? Task.Factory.StartNew(() => SendBlocking(producer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : Task.Run(() => LoopAsync(producer), CancellationToken.None);

    private void SendBlocking(Producer producer)
    {
        while (_window.TryBegin(_messages.Length, out var request))
        {
            if (!TryComplete(request, SendAsync(producer)))
            {
                Task.Delay(AfterFailure, _clock).GetAwaiter().GetResult();
            }
        }
    }

    private async Task LoopAsync(Producer producer)
    {
        while (_window.TryBegin(_messages.Length, out var request))
        {
            var send = SendAsync(producer);
            await send.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!TryComplete(request, send))
            {
                await Task.Delay(AfterFailure, _clock).ConfigureAwait(false);
            }
        }
    }

    private Task SendAsync(Producer producer) =>
        _messages.Length == 1 ? producer.SendAsync(_messages[0]) : producer.SendBatchAsync(_messages);

    private bool TryComplete(LoadWindow.Begun request, Task send)
    {
        try
        {
            send.GetAwaiter().GetResult(); // blocks, unless it was awaited
            _window.Completed(request, _messages.Length, _messages.Length * _options.BodyBytes);
            return true;
        }
        catch (RocketeerException failure)
        {
            _window.Failed(request, _messages.Length, failure);
            return false;
        }
    }

    private async Task EnsureTopicAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(admin, cancellationToken))
        {
            return;
        }

        var cluster = await ClusterChoice.ResolveAsync(admin, null, cancellationToken);
        await admin.CreateTopicInClusterAsync(
            cluster, new TopicSettings { Topic = _options.Topic, ReadQueues = QueuesOfNewTopic, WriteQueues = QueuesOfNewTopic }, cancellationToken);
        var began = _clock.GetTimestamp();
        while (!await ExistsAsync(admin, cancellationToken))
        {
            if (_clock.GetElapsedTime(began) > RouteWait)
            {
                throw new CommandFailedException(
                    $"Topic '{_options.Topic}' was created, but the name server does not know it after {RouteWait.TotalSeconds:0} s; look at the broker's log.");
            }

            await Task.Delay(RoutePoll, _clock, cancellationToken);
        }
    }

    private async Task<bool> ExistsAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        try
        {
            return (await admin.GetRouteAsync(_options.Topic, cancellationToken)).PublishQueues.Length > 0;
        }
        catch (RouteNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>What a produce benchmark sends.</summary>
/// <param name="Topic">Topic; created with 8 queues if it is missing.</param>
/// <param name="InFlight">Requests on their way.</param>
/// <param name="Connections">Separate clients.</param>
/// <param name="BodyBytes">Bytes of each message.</param>
/// <param name="Batch">Messages of each request.</param>
/// <param name="IsBlocking">A thread for each request.</param>
/// <param name="Retries">Further attempts of the producer; they hide failures.</param>
/// <param name="Plan">How long.</param>
internal sealed record ProduceLoadOptions(string Topic, int InFlight, int Connections, int BodyBytes, int Batch, bool IsBlocking, int Retries, LoadPlan Plan);
