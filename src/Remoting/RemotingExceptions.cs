namespace Rocketeer.Remoting;

/// <summary>A call to another process failed before an answer came. The leaves say how.</summary>
public abstract class RemotingException(string message, Exception? innerException = null) : IOException(message, innerException);

/// <summary>No connection could be made to the address in time.</summary>
public sealed class RemotingConnectException(string message, Exception? innerException = null) : RemotingException(message, innerException);

/// <summary>The request may or may not have been served: the connection broke, or was closed, before the answer came.</summary>
public sealed class RemotingSendException(string message, Exception? innerException = null) : RemotingException(message, innerException);

/// <summary>The request was sent, but no answer came in time; it may have been served.</summary>
public sealed class RemotingTimeoutException(string message) : RemotingException(message);

/// <summary>Nothing was sent: too many requests are in flight already.</summary>
public sealed class RemotingTooManyRequestsException(string message) : RemotingException(message);
