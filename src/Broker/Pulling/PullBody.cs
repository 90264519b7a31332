using Rocketeer.Remoting;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Pulling;

/// <summary>The records of a pull answer, copied once: from the mapped log into the connection's output.</summary>
internal readonly struct PullBody(GetResult result) : IResponseBody
{
    public int Length => result.TotalBytes;

    public void CopyTo(Span<byte> destination) => result.CopyTo(destination);
}
