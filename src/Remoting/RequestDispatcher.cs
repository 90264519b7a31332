using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>
/// Which handler serves which request code. Filled before the servers start, then read-only; one dispatcher may serve several servers.
/// Codes without a handler are answered REQUEST_CODE_NOT_SUPPORTED (docs/deviations.md: the original stays silent).
/// </summary>
public sealed class RequestDispatcher
{
    /// <summary>Remark of SYSTEM_BUSY answers for full queues; the original's text, by which clients know flow control.</summary>
    public const string OverloadRemark = "[OVERLOAD]system busy, start flow control for a while";

    private readonly SortedDictionary<RequestCode, Route> _routes = [];
    private Route[] _byCode = [];

    /// <summary>The codes that have a handler, in ascending order.</summary>
    public IReadOnlyCollection<RequestCode> Codes => _routes.Keys;

    /// <summary>Asked before every request is served; <see langword="null"/> serves everybody. Set before the servers start.</summary>
    public IRequestGate? Gate { get; set; }

    /// <summary>Maps a code to a handler that runs on the event loop.</summary>
    /// <exception cref="ArgumentException">The code has a handler already.</exception>
    public RequestDispatcher Map(RequestCode code, IRequestHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(code, new Route(handler, null, null));
    }

    /// <summary>Maps a code to a handler that runs behind a bounded queue; a full queue answers SYSTEM_BUSY.</summary>
    /// <param name="code">Request code.</param>
    /// <param name="handler">Handler.</param>
    /// <param name="queue">The queue, which several codes may share.</param>
    /// <exception cref="ArgumentException">The code has a handler already.</exception>
    public RequestDispatcher Map(RequestCode code, IAsyncRequestHandler handler, RequestQueue queue)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(queue);
        return Add(code, new Route(null, handler, queue));
    }

    /// <summary>Serves a request, or refuses it. On the event loop; never throws for what the request contains.</summary>
    internal void Dispatch(in CommandView request, in CommandEnvelope envelope, RemotingConnection connection, bool stopping)
    {
        var responder = new Responder(connection, envelope.Remark is null ? envelope : envelope with { Remark = null });
        if (!envelope.IsOneWay)
        {
            connection.RequestBegins();
        }

        var route = (uint)envelope.Code < (uint)_byCode.Length ? _byCode[envelope.Code] : default;
        if (stopping && !envelope.IsOneWay)
        {
            responder.Reply(ResponseCode.SystemBusy, "The server stops; send the request to another one.");
        }
        else if (Gate is { } gate && IsRefused(gate, request, responder))
        {
            return;
        }
        else if (route.Inline is not null)
        {
            HandleInline(route.Inline, request, responder);
        }
        else if (route.Queued is not null)
        {
            Enqueue(route, request, responder);
        }
        else
        {
            connection.Logger.CodeNotSupported(connection.RemoteAddress, envelope.Code);
            responder.Reply(ResponseCode.RequestCodeNotSupported, $"request type {envelope.Code} not supported");
        }
    }

    /// <summary>Runs a queued request to its answer. Never throws.</summary>
    internal static async ValueTask HandleAsync(IAsyncRequestHandler handler, RemotingCommand request, Responder responder)
    {
        var connection = responder.Connection;
        try
        {
            var answer = await handler.HandleAsync(request, connection, connection.Stopping).ConfigureAwait(false);
            if (answer is null)
            {
                responder.Abandon();
            }
            else
            {
                responder.Reply(answer);
            }
        }
#pragma warning disable CA1031 // The peer gets every failure as an answer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure, responder);
        }

        if (responder.Request.IsOneWay)
        {
            connection.RequestEnds();
        }
    }

    private static bool IsRefused(IRequestGate gate, in CommandView request, Responder responder)
    {
        try
        {
            if (gate.Refuse(request, responder.Connection) is not { } reason)
            {
                return false;
            }

            responder.Reply(ResponseCode.SystemError, reason);
        }
#pragma warning disable CA1031 // A gate that fails stays closed; the connection lives on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure, responder);
        }

        return true;
    }

    private static void HandleInline(IRequestHandler handler, in CommandView request, Responder responder)
    {
        var connection = responder.Connection;
        connection.InlineBegins(responder.Request.Opaque);
        try
        {
            handler.Handle(request, responder);
        }
#pragma warning disable CA1031 // The peer has its answer; a second one would answer a request that was never sent.
        catch (Exception failure) when (connection.InlineAnswered)
#pragma warning restore CA1031
        {
            connection.Logger.HandlerFailed(failure, responder.Request.Code, connection.RemoteAddress);
        }
#pragma warning disable CA1031 // The peer gets every failure as an answer; the connection lives on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure, responder);
        }
    }

    private static void Enqueue(in Route route, in CommandView request, Responder responder)
    {
        RemotingCommand command;
        try
        {
            command = request.ToCommand();
        }
        catch (FormatException malformed)
        {
            Fail(malformed, responder);
            return;
        }

        // Nobody is told the end of a one-way request, but a server that stops waits for it like for the others.
        var connection = responder.Connection;
        if (command.IsOneWay)
        {
            connection.RequestBegins();
        }

        var queue = route.Queue!;
        if (!queue.TryEnqueue(command, responder, route.Queued!))
        {
            if (command.IsOneWay)
            {
                connection.RequestEnds();
            }

            RemotingInstruments.Refused(queue.Name);
            connection.Logger.QueueFull(queue.Name, command.Code, connection.RemoteAddress);
            responder.Reply(ResponseCode.SystemBusy, OverloadRemark);
        }
    }

    private static void Fail(Exception failure, Responder responder)
    {
        var connection = responder.Connection;
        var code = responder.Request.Code;
        if (failure is FormatException)
        {
            connection.Logger.RequestMalformed(code, connection.RemoteAddress, failure.Message);
            responder.Reply(ResponseCode.SystemError, failure.Message);
        }
        else
        {
            connection.Logger.HandlerFailed(failure, code, connection.RemoteAddress);
            responder.Reply(ResponseCode.SystemError, $"Request {code} failed: {OneLine(failure.Message)}");
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private RequestDispatcher Add(RequestCode code, Route route)
    {
        if (!_routes.TryAdd(code, route))
        {
            throw new ArgumentException($"Request code {code} has a handler already.", nameof(code));
        }

        if ((int)code >= _byCode.Length)
        {
            Array.Resize(ref _byCode, (int)code + 1);
        }

        _byCode[(int)code] = route;
        return this;
    }

    private readonly record struct Route(IRequestHandler? Inline, IAsyncRequestHandler? Queued, RequestQueue? Queue);
}
