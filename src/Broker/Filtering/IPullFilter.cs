using Rocketeer.Storage;

namespace Rocketeer.Broker.Filtering;

/// <summary>Which messages a pull wants. Immutable to its users, thread-safe, never throws.</summary>
internal interface IPullFilter : IMessageFilter
{
    /// <summary>Second stage, on a message that has just arrived: as <see cref="IMessageFilter.MatchesRecord"/>.</summary>
    /// <param name="properties">Its properties string, UTF-8.</param>
    bool MatchesProperties(ReadOnlySpan<byte> properties);
}
