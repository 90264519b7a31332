using System.Net;
using Microsoft.Extensions.Logging;

namespace Rocketeer.Remoting;

/// <summary>Everything this project logs; ids 1000-1999.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Listening on {EndPoint}")]
    public static partial void Listening(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Stopped listening on {EndPoint}")]
    public static partial void ListeningEnded(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Cannot accept a connection on {EndPoint}; trying again")]
    public static partial void AcceptFailed(this ILogger logger, Exception exception, IPEndPoint endPoint);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Debug, Message = "A peer was gone before its connection on {EndPoint} was accepted")]
    public static partial void PeerLeftBeforeAccept(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "A connection accepted on {EndPoint} could not be set up and was dropped")]
    public static partial void ConnectionSetupFailed(this ILogger logger, Exception exception, IPEndPoint endPoint);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning,
        Message = "{EndPoint} stops although {Requests} requests are still in work after the grace period")]
    public static partial void GraceOver(this ILogger logger, IPEndPoint endPoint, long requests);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Critical, Message = "Event loop {Loop} failed; its connections are closed")]
    public static partial void EventLoopFailed(this ILogger logger, Exception exception, string loop);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "A channel failed and is closed")]
    public static partial void ChannelFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Error, Message = "A task of an event loop failed")]
    public static partial void LoopTaskFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Debug, Message = "An event loop was woken after its end")]
    public static partial void WokeEndedLoop(this ILogger logger);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Debug, Message = "Connection with {Remote} opened")]
    public static partial void ConnectionOpened(this ILogger logger, string remote);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Debug, Message = "Connection with {Remote} closed: {Reason}")]
    public static partial void ConnectionClosed(this ILogger logger, string remote, string reason);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "Connection with {Remote} is closed by us: {Reason}")]
    public static partial void ConnectionAborted(this ILogger logger, string remote, string reason);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Debug, Message = "Connection with {Remote} failed")]
    public static partial void ConnectionFailed(this ILogger logger, Exception exception, string remote);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Error, Message = "A subscriber to connection events failed for {Remote}")]
    public static partial void SubscriberFailed(this ILogger logger, Exception exception, string remote);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Debug, Message = "Connection with {Remote}: bytes that were still to be sent are dropped")]
    public static partial void WriteFailed(this ILogger logger, Exception exception, string remote);

    [LoggerMessage(EventId = 1207, Level = LogLevel.Debug, Message = "{Remote} does not take its answers ({Pending} bytes wait): reading is paused")]
    public static partial void ReadingPaused(this ILogger logger, string remote, long pending);

    [LoggerMessage(EventId = 1208, Level = LogLevel.Debug, Message = "{Remote} takes its answers again: reading goes on")]
    public static partial void ReadingResumed(this ILogger logger, string remote);

    [LoggerMessage(EventId = 1209, Level = LogLevel.Error, Message = "Connection with {Remote}: handling of what was received failed")]
    public static partial void HandlingFailed(this ILogger logger, Exception exception, string remote);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Debug, Message = "{Remote} answered opaque {Opaque}, for which nobody waits (any more)")]
    public static partial void AnswerUnexpected(this ILogger logger, string remote, int opaque);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Debug, Message = "{Remote} sent request code {Code}, which has no handler")]
    public static partial void CodeNotSupported(this ILogger logger, string remote, int code);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Error, Message = "The handler of request {Code} from {Remote} failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, int code, string remote);

    [LoggerMessage(EventId = 1304, Level = LogLevel.Debug, Message = "Request {Code} from {Remote} is malformed: {Reason}")]
    public static partial void RequestMalformed(this ILogger logger, int code, string remote, string reason);

    [LoggerMessage(EventId = 1305, Level = LogLevel.Debug, Message = "Queue {Queue} is full: request {Code} from {Remote} is refused")]
    public static partial void QueueFull(this ILogger logger, string queue, int code, string remote);

    [LoggerMessage(EventId = 1306, Level = LogLevel.Error, Message = "An answer to request {Code} for {Remote} could not be encoded")]
    public static partial void AnswerFailed(this ILogger logger, Exception exception, int code, string remote);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Debug, Message = "Cannot connect to {EndPoint} ({Address})")]
    public static partial void ConnectFailed(this ILogger logger, Exception exception, IPEndPoint endPoint, string address);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Information, Message = "TLS uses the certificate {Subject} of {Path}, valid until {Until:u}")]
    public static partial void TlsCertificateUsed(this ILogger logger, string subject, string path, DateTime until);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Information, Message = "The TLS files around {Path} have changed; new connections use them")]
    public static partial void TlsReloaded(this ILogger logger, string path);

    [LoggerMessage(EventId = 1503, Level = LogLevel.Warning,
        Message = "The TLS files have changed and cannot be used; what was read before stays in use: {Problem}")]
    public static partial void TlsReloadFailed(this ILogger logger, string problem);

    [LoggerMessage(EventId = 1504, Level = LogLevel.Warning,
        Message = "TLS runs in test mode: no certificate is named, so this server signed one itself, and clients cannot tell it from an impostor")]
    public static partial void TlsSelfSigned(this ILogger logger);

    [LoggerMessage(EventId = 1505, Level = LogLevel.Warning,
        Message = "TLS asks clients for a certificate and accepts any: name those to trust (tls.server.trustCertPath) or verify them (tls.server.authClient)")]
    public static partial void TlsClientsUnverified(this ILogger logger);

    [LoggerMessage(EventId = 1506, Level = LogLevel.Warning,
        Message = "The TLS handshake with {Remote} failed: {Reason} ({Kept} more since the last such line)")]
    public static partial void TlsHandshakeFailed(this ILogger logger, string remote, string reason, int kept);

    [LoggerMessage(EventId = 1507, Level = LogLevel.Warning,
        Message = "The connection of {Remote} is refused: {Reason} ({Kept} more since the last such line)")]
    public static partial void TlsRefused(this ILogger logger, string remote, string reason, int kept);

    [LoggerMessage(EventId = 1508, Level = LogLevel.Warning,
        Message = "The TLS handshake of {Remote} is refused: {Limit} are under way already ({Kept} more since the last such line)")]
    public static partial void TlsTooManyHandshakes(this ILogger logger, string remote, int limit, int kept);
}
