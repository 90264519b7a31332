// A worker service that consumes orders. The name servers come from ROCKETEER_NAMESRV, the rest from appsettings.json.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Consuming;
using Rocketeer.Protocol.Messages;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddScoped<Ledger>();
builder.Services.AddRocketeer(builder.Configuration.GetSection("Rocketeer"))
    .AddConsumer<BillingHandler, Order>("orders", "billing")
    .AddHealthChecks();
await builder.Build().RunAsync();

internal sealed record Order(string Number, int Cents);

/// <summary>Made anew for each message, with whatever else the scope has: a database context, for example.</summary>
internal sealed class BillingHandler(Ledger ledger) : IMessageHandler<Order>
{
    public async ValueTask<ConsumeResult> HandleAsync(Order order, MessageExt message, CancellationToken cancellationToken)
    {
        // A message may come twice: what is done must be the same when it is done again.
        await ledger.BillAsync(order, cancellationToken);
        return ConsumeResult.Success; // RetryLater, or an exception, brings the message back after a while
    }
}

internal sealed class Ledger
{
    private readonly TextWriter _book = Console.Out;

    public Task BillAsync(Order order, CancellationToken cancellationToken) =>
        _book.WriteLineAsync($"billed {order.Number}: {order.Cents} cents".AsMemory(), cancellationToken);
}
