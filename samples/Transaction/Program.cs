// Orders that are announced if, and only if, they are in the books. The name servers come from ROCKETEER_NAMESRV.
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rocketeer.Client;
using Rocketeer.Client.Producing.Transactions;
using Rocketeer.Protocol.Messages;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Books>();
builder.Services.AddRocketeer(builder.Configuration.GetSection("Rocketeer"))
    .AddTransactionProducer<BookKeeper>("order-desk", options => options.Topics.Add("orders"));
using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<RocketeerClient>();
var producer = host.Services.GetRequiredService<TransactionProducer>();
foreach (var order in new[] { new Order("T-1", 100), new Order("T-2", -5), new Order("T-3", 300) })
{
    var message = new Message<Order>("orders", order) { Keys = [order.Number] }.ToMessage(client.Serializer);
    var result = await producer.SendInTransactionAsync(message, order);
    Console.WriteLine($"{order.Number}: {result.Outcome}");
}

await host.StopAsync();

internal sealed record Order(string Number, int Cents);

/// <summary>Stands for a database whose transaction also stores the id of the message.</summary>
internal sealed class Books
{
    public ConcurrentDictionary<string, Order> ByTransaction { get; } = new();
}

internal sealed class BookKeeper(Books books) : ITransactionHandler
{
    public ValueTask<TransactionOutcome> ExecuteAsync(Message message, string transactionId, object? argument, CancellationToken cancellationToken)
    {
        if (argument is not Order { Cents: > 0 } order)
        {
            return new(TransactionOutcome.Rollback); // nobody will ever see the message
        }

        books.ByTransaction[transactionId] = order;
        return new(TransactionOutcome.Commit);
    }

    // Asked when the broker did not hear the outcome, perhaps of a process that is gone: what is in the books decides.
    public ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken) =>
        new(books.ByTransaction.ContainsKey(message.MessageId) ? TransactionOutcome.Commit : TransactionOutcome.Rollback);
}
