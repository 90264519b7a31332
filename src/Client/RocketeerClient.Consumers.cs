using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;

namespace Rocketeer.Client;

/// <summary>Consumers of the client.</summary>
public sealed partial class RocketeerClient
{
    /// <summary>The original's name for the producer that sends what consumers could not give back.</summary>
    private const string InnerProducerGroup = "CLIENT_INNER_PRODUCER";

    private readonly Lock _innerProducerGate = new();
    private Producer? _innerProducer;

    /// <summary>Makes a consumer that delivers messages to a handler once it is started.</summary>
    /// <param name="group">Consumer group: letters, digits, '_', '-', '%', '|'.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="ArgumentException">The group name is not one.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public PushConsumer CreatePushConsumer(string group, Action<PushConsumerOptions>? configure = null)
    {
        var options = new PushConsumerOptions();
        configure?.Invoke(options);
        return CreatePushConsumer(group, options);
    }

    /// <summary>Makes a consumer that delivers messages to a handler once it is started.</summary>
    /// <param name="group">Consumer group: letters, digits, '_', '-', '%', '|'.</param>
    /// <param name="options">Settings; a copy is taken.</param>
    /// <exception cref="ArgumentException">The group name is not one.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public PushConsumer CreatePushConsumer(string group, PushConsumerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new PushConsumer(group, options, new ConsumerBackend(this));
    }

    /// <summary>Makes a consumer that reads queues when it is asked to.</summary>
    /// <param name="group">Consumer group: letters, digits, '_', '-', '%', '|'.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="ArgumentException">The group name is not one.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The client has a consumer of the group already.</exception>
    public PullConsumer CreatePullConsumer(string group, Action<PullConsumerOptions>? configure = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var options = new PullConsumerOptions();
        configure?.Invoke(options);
        return new PullConsumer(group, options, new ConsumerBackend(this));
    }

    /// <summary>Makes a consumer that is read as a stream, with commits of the caller's own.</summary>
    /// <param name="group">Consumer group: letters, digits, '_', '-', '%', '|'.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="ArgumentException">The group name is not one.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message says which.</exception>
    public LitePullConsumer CreateLitePullConsumer(string group, Action<LitePullConsumerOptions>? configure = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var options = new LitePullConsumerOptions();
        configure?.Invoke(options);
        return new LitePullConsumer(group, options, new ConsumerBackend(this));
    }

    /// <summary>The producer of the client itself, made when a consumer first needs it.</summary>
    internal Producer InnerProducer
    {
        get
        {
            lock (_innerProducerGate)
            {
                return _innerProducer ??= CreateProducer(InnerProducerGroup);
            }
        }
    }
}
