using System.Net.Security;

namespace Rocketeer.Remoting.Tls;

/// <summary>What is different between the two ends of a handshake.</summary>
internal interface ITlsSide
{
    /// <summary>Longest time the handshake may take.</summary>
    TimeSpan HandshakeTimeout { get; }

    /// <summary>Shakes hands. Called on a pool thread.</summary>
    /// <exception cref="Exception">It failed; <see cref="Over"/> is told.</exception>
    Task HandshakeAsync(SslStream stream);

    /// <summary>The handshake is over. Called once per connection.</summary>
    /// <param name="remote">The peer's address.</param>
    /// <param name="failure">Why it failed, as part of a sentence; <see langword="null"/> when it did not.</param>
    void Over(string remote, string? failure);
}
