namespace Rocketeer.Storage;

/// <summary>The store cannot be opened or cannot go on. The message is one sentence that says what is wrong and what to do.</summary>
public sealed class StoreException(string message, Exception? innerException = null) : IOException(message, innerException);
