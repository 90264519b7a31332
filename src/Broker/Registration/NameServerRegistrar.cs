using Microsoft.Extensions.Logging;
using Rocketeer.Broker.Configuration;
using Rocketeer.Broker.Topics;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Remoting.Client;

namespace Rocketeer.Broker.Registration;

/// <summary>
/// Keeps every name server informed about this broker and its topics: at the start, every half minute, at once when topics change, and at
/// the end (reference: broker.md section 14). Name servers are told in parallel. Thread-safe.
/// </summary>
internal sealed class NameServerRegistrar : IAsyncDisposable
{
    /// <summary>Topics that come to be within this time are announced together.</summary>
    public static readonly TimeSpan AnnouncementSpacing = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan FirstRound = TimeSpan.FromSeconds(10);
    private readonly BrokerIdentity _identity;
    private readonly TopicRegistry _topics;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly NameServerLink[] _links;
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _timer;
    private int _announcing;

    /// <summary>Creates the registrar; nothing is sent yet.</summary>
    public NameServerRegistrar(
        BrokerIdentity identity, BrokerOptions options, TopicRegistry topics, RemotingClient client, TimeProvider clock, ILoggerFactory loggers)
    {
        _identity = identity;
        _topics = topics;
        _options = options;
        _clock = clock;
        FilterServers = new FilterServers(clock);
        var logger = loggers.CreateLogger<NameServerRegistrar>();
        _links = [.. BrokerValidation.NameServers(options)
            .Select(address => new NameServerLink(address, identity, options, client, logger))];
    }

    /// <summary>A name server answered; raised with the first answer of each round.</summary>
    public event Action<RegistrationAnswer>? Answered;

    /// <summary>Filter servers that work for this broker; every registration names them.</summary>
    public FilterServers FilterServers { get; }

    /// <summary>A name server refused this broker as the master, because its group has had another one in this later epoch.</summary>
    public event Action<long>? Replaced;

    /// <summary>True when a name server knows this broker, or none is configured.</summary>
    public bool IsRegistered => _links.Length == 0 || _links.Any(link => link.IsRegistered);

    /// <summary>Registers everywhere once and begins to do so regularly.</summary>
    public async Task StartAsync()
    {
        await RegisterAsync(force: true);
        _topics.CreatedAutomatically += Announce;
        var period = TimeSpan.FromMilliseconds(Math.Clamp(_options.RegisterNameServerPeriod, 10_000, 60_000));
        _timer = _clock.CreateTimer(_ => _ = RegisterAsync(_options.ForceRegister), null, FirstRound, period);
    }

    /// <summary>Tells every name server about all topics; completes when each has answered or failed to.</summary>
    /// <param name="force">False asks first whether the name server knows them already.</param>
    public Task RegisterAsync(bool force) => RegisterAsync(_topics.Snapshot(), force);

    /// <summary>Tells every name server about all topics, also those where an attempt is under way: this broker is not what it was.</summary>
    public Task RegisterAgainAsync() => RegisterAsync(_topics.Snapshot(), force: null);

    /// <summary>Takes back the registration under an id that this broker has no longer; completes when each has answered or failed to.</summary>
    public Task LeaveIdAsync(long brokerId) => Task.WhenAll(_links.Select(link => link.UnregisterAsync(brokerId, _stopping.Token)));

    /// <summary>Tells every name server about one topic that an administrator created or changed.</summary>
    public Task RegisterTopicAsync(TopicConfig topic) => RegisterAsync(
        new TopicConfigSerializeWrapper { DataVersion = _topics.Version, TopicConfigTable = { [topic.TopicName] = topic } }, force: null);

    /// <summary>Tells every name server about all topics soon, without waiting for answers.</summary>
    public void Announce()
    {
        if (_links.Length > 0 && Interlocked.Exchange(ref _announcing, 1) == 0)
        {
            _ = AnnounceAsync();
        }
    }

    /// <summary>Stops to register and says goodbye to every name server.</summary>
    public async Task StopAsync()
    {
        _topics.CreatedAutomatically -= Announce;
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_links.Select(link => link.UnregisterAsync(_identity.Id, CancellationToken.None)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _stopping.CancelAsync();
        _stopping.Dispose();
    }

    /// <param name="topics">What to announce.</param>
    /// <param name="force">False asks first; <see langword="null"/> does not even wait for an attempt that is under way.</param>
    private async Task RegisterAsync(TopicConfigSerializeWrapper topics, bool? force)
    {
        if (_links.Length == 0 || _stopping.IsCancellationRequested)
        {
            return;
        }

        var registration = Registration.Of(topics, FilterServers.Addresses, _options.BrokerPermission, _options.CompressedRegister);
        var cancellationToken = _stopping.Token;
        var answered = 0;
        await Task.WhenAll(_links.Select(RegisterWithAsync));
        if (_links.Max(link => link.NewerEpoch) is var newer && newer > _identity.Epoch && _identity.Id == 0)
        {
            Replaced?.Invoke(newer);
        }

        async Task RegisterWithAsync(NameServerLink link)
        {
            try
            {
                var answer = force is { } forced
                    ? await link.RegisterUnlessBusyAsync(registration, forced, cancellationToken)
                    : await link.RegisterAsync(registration, cancellationToken);
                if (answer is not null && Interlocked.Exchange(ref answered, 1) == 0)
                {
                    Take(answer);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The broker stops; it says goodbye instead.
            }
        }
    }

    private void Take(RegistrationAnswer answer)
    {
        if (answer.OrderedTopics is { } ordered)
        {
            _topics.SetOrdered(ordered);
        }

        Answered?.Invoke(answer);
    }

    private async Task AnnounceAsync()
    {
        try
        {
            await Task.Delay(AnnouncementSpacing, _clock, _stopping.Token);
            Volatile.Write(ref _announcing, 0);
            var registration = Registration.Of(_topics.Snapshot(), FilterServers.Addresses, _options.BrokerPermission, _options.CompressedRegister);
            await Task.WhenAll(_links.Select(link => link.AnnounceAsync(registration, _stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // The broker stops; it says goodbye instead.
        }
    }
}
