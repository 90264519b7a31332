using Microsoft.Extensions.DependencyInjection;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Client.Producing.Transactions;

/// <summary>Takes the handler from a scope of its own for each call.</summary>
internal sealed class ScopedTransactionHandler<THandler>(IServiceScopeFactory scopes) : ITransactionHandler
    where THandler : class, ITransactionHandler
{
    public async ValueTask<TransactionOutcome> ExecuteAsync(
        Message message, string transactionId, object? argument, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await scope.ServiceProvider.GetRequiredService<THandler>()
                .ExecuteAsync(message, transactionId, argument, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<TransactionOutcome> CheckAsync(MessageExt message, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await scope.ServiceProvider.GetRequiredService<THandler>().CheckAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }
}
