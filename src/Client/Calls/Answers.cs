using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Calls;

/// <summary>Reads what answers carry, with the client's own exception for what cannot be read.</summary>
internal static class Answers
{
    /// <summary>The body of an answer.</summary>
    /// <exception cref="MalformedAnswerException">It is no such body.</exception>
    public static T BodyOf<T>(RemotingCommand answer)
    {
        try
        {
            return BodyJson.Deserialize<T>(answer.Body.Span);
        }
        catch (FormatException fault)
        {
            throw new MalformedAnswerException($"The answer carries no {typeof(T).Name}.", fault);
        }
    }

    /// <summary>The header of an answer.</summary>
    /// <exception cref="MalformedAnswerException">A field is missing or malformed.</exception>
    public static T HeaderOf<T>(RemotingCommand answer)
        where T : ICommandHeader<T>
    {
        try
        {
            return answer.ReadHeader<T>();
        }
        catch (FormatException fault)
        {
            throw new MalformedAnswerException($"The answer carries no {typeof(T).Name}.", fault);
        }
    }
}
