// Steps of several parcels, each parcel's in order. The name servers come from ROCKETEER_NAMESRV.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Protocol.Messages;

string[] steps = ["packed", "shipped", "delivered"];
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton(new Tracking(finishedAt: 4 * steps.Length));
builder.Services.AddRocketeer(builder.Configuration.GetSection("Rocketeer"))
    .AddProducer("warehouse")
    .AddOrderedConsumer<TrackingHandler, Step>("parcels", "tracking", configure: options =>
    {
        options.ConsumeFrom = ConsumeFrom.FirstOffset;
        options.MaxReconsumeTimes = 10; // without it a step that can never be handled would hold its queue for ever
    });
using var host = builder.Build();
await host.StartAsync();

var producer = host.Services.GetRequiredService<Producer>();
await Task.WhenAll(Enumerable.Range(1, 4).Select(async parcel =>
{
    foreach (var name in steps)
    {
        // One key, one queue; each send is awaited before the next one, so the steps are stored in this order.
        await producer.SendAsync(new Message<Step>("parcels", new Step($"parcel-{parcel}", name)), $"parcel-{parcel}");
    }
}));

await host.Services.GetRequiredService<Tracking>().Finished;
await host.StopAsync();

internal sealed record Step(string Parcel, string Name);

internal sealed class TrackingHandler(Tracking tracking) : IOrderedMessageHandler<Step>
{
    public ValueTask<OrderedResult> HandleAsync(Step step, MessageExt message, CancellationToken cancellationToken)
    {
        tracking.Add(step);
        return new(OrderedResult.Success);
    }
}

internal sealed class Tracking(int finishedAt)
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    public Task Finished => _finished.Task;

    public void Add(Step step)
    {
        Console.WriteLine($"{step.Parcel} {step.Name}");
        if (Interlocked.Increment(ref _seen) == finishedAt)
        {
            _finished.SetResult();
        }
    }
}
