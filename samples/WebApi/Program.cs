// A web API that turns requests into messages. The name servers come from ROCKETEER_NAMESRV.
using Rocketeer.Client;
using Rocketeer.Client.Producing;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRocketeer(builder.Configuration.GetSection("Rocketeer"))
    .AddProducer("orders-api")
    .AddHealthChecks();

var app = builder.Build();
app.MapHealthChecks("/healthz");
app.MapPost("/orders", async (Order order, Producer producer, CancellationToken cancellationToken) =>
{
    try
    {
        var sent = await producer.SendAsync(new Message<Order>("orders", order) { Keys = [order.Number] }, cancellationToken);
        return Results.Accepted(value: new { sent.MessageId });
    }
    catch (RocketeerException failure)
    {
        // Nothing was acknowledged, so the caller must not believe that the order was taken.
        return Results.Problem(failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});
await app.RunAsync();

internal sealed record Order(string Number, int Cents);
