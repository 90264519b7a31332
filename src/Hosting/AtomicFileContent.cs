namespace Rocketeer.Hosting;

/// <summary>What <see cref="AtomicFile.Read"/> found.</summary>
/// <typeparam name="T">What the content means.</typeparam>
/// <param name="Value">The value; the default when nothing was found.</param>
/// <param name="Found">False when neither the file nor its backup has content.</param>
/// <param name="FromBackup">True when the backup had to serve; worth a warning.</param>
/// <param name="Problem">Why the file itself did not serve, when it was there.</param>
public readonly record struct AtomicFileContent<T>(T? Value, bool Found, bool FromBackup, Exception? Problem);
