using System.Diagnostics.Metrics;

namespace Rocketeer.Remoting;

/// <summary>What this library measures, published under the meter <see cref="MeterName"/>.</summary>
public static class RemotingInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Rocketeer.Remoting";

    private static readonly Meter Meter = new(MeterName);

    private static readonly UpDownCounter<long> Connections =
        Meter.CreateUpDownCounter<long>("rocketeer.remoting.connections", "{connection}", "Open connections of servers and clients.");

    private static readonly Counter<long> Frames =
        Meter.CreateCounter<long>("rocketeer.remoting.frames", "{frame}", "Requests and answers received.");

    private static readonly Counter<long> BytesIn =
        Meter.CreateCounter<long>("rocketeer.remoting.received", "By", "Bytes received.");

    private static readonly Counter<long> BytesOut =
        Meter.CreateCounter<long>("rocketeer.remoting.sent", "By", "Bytes sent.");

    private static readonly Counter<long> Busy =
        Meter.CreateCounter<long>("rocketeer.remoting.busy", "{request}", "Requests refused with SYSTEM_BUSY, by queue.");

    private static readonly UpDownCounter<long> TlsConnections =
        Meter.CreateUpDownCounter<long>("rocketeer.remoting.tls.connections", "{connection}", "Open connections that speak TLS.");

    private static readonly Counter<long> TlsHandshakes =
        Meter.CreateCounter<long>("rocketeer.remoting.tls.handshakes", "{handshake}", "TLS handshakes, by side and result (ok, failed, refused).");

    internal static void Opened() => Connections.Add(1);

    internal static void Closed() => Connections.Add(-1);

    /// <summary>Called once per burst of reads, not per frame.</summary>
    internal static void Received(int frames, long bytes)
    {
        Frames.Add(frames);
        BytesIn.Add(bytes);
    }

    internal static void Sent(int bytes) => BytesOut.Add(bytes);

    internal static void Refused(string queue) => Busy.Add(1, new KeyValuePair<string, object?>("queue", queue));

    internal static void TlsOpened() => TlsConnections.Add(1);

    internal static void TlsClosed() => TlsConnections.Add(-1);

    internal static void HandshakeOver(string side, string result) => TlsHandshakes.Add(
        1, new KeyValuePair<string, object?>("side", side), new KeyValuePair<string, object?>("result", result));
}
