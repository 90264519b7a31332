using System.Net;
using System.Text;

namespace Rocketeer.Operator.Tests.Members;

/// <summary>Answers one call of the operator to the API server otherwise than the server would: the n-th one.</summary>
/// <param name="at">Which call, counted from 1; 0 for none.</param>
/// <param name="code">The answer; 0 cuts the connection after the server has done what it was asked.</param>
internal sealed class FaultyApi(int at, int code) : DelegatingHandler
{
    private int _calls;

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) != at)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        if (code == 0)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            throw new HttpRequestException("the connection was cut");
        }

        var answer = new HttpResponseMessage((HttpStatusCode)code)
        {
            RequestMessage = request,
            Content = new StringContent($$"""{"kind":"Status","status":"Failure","code":{{code}},"reason":"Injected","message":"injected"}""", Encoding.UTF8, "application/json"),
        };
        if (code == 429)
        {
            answer.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        }

        return answer;
    }
}
