using System.Net;

namespace Rocketeer.Operator.Runtime.Api;

/// <summary>The API server refused a request, or could not be reached.</summary>
internal sealed class KubeApiException : Exception
{
    /// <summary>Creates the exception for an answer.</summary>
    /// <param name="request">What was asked, such as <c>GET topics.rocketeer.dev mq/orders</c>.</param>
    /// <param name="code">The HTTP status; 0 when there was no answer.</param>
    /// <param name="reason">The API's word, such as <c>Conflict</c>; empty when it gave none.</param>
    /// <param name="message">Its sentence.</param>
    /// <param name="retryAfter">When it wants to be asked again.</param>
    /// <param name="inner">What was thrown below.</param>
    public KubeApiException(string request, HttpStatusCode code, string reason, string message, TimeSpan? retryAfter = null, Exception? inner = null)
        : base($"{request}: {(code == 0 ? "no answer" : ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture))} {reason}: {message}", inner)
    {
        Code = code;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public HttpStatusCode Code { get; }

    /// <summary>The API's word; empty when it gave none.</summary>
    public string Reason { get; }

    /// <summary>When it wants to be asked again (429 and 503).</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>There is no such object, or no such kind.</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>Somebody else was faster; read again.</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict;

    /// <summary>The version of a watch is forgotten; list again.</summary>
    public bool IsGone => Code == HttpStatusCode.Gone;

    /// <summary>The object breaks a rule; asking again without a change is of no use.</summary>
    public bool IsInvalid => Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest;

    /// <summary>The operator has no right to do this.</summary>
    public bool IsForbidden => Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
}
