namespace Rocketeer.Remoting;

/// <summary>A body that is copied straight into the connection's output, so that slices of the commit log need no buffer of their own.</summary>
public interface IResponseBody
{
    /// <summary>Length in bytes.</summary>
    int Length { get; }

    /// <summary>Copies the body. Called once, before the reply call returns.</summary>
    /// <param name="destination">Exactly <see cref="Length"/> bytes.</param>
    void CopyTo(Span<byte> destination);
}
