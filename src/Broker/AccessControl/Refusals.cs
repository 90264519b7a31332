using Microsoft.Extensions.Logging;

namespace Rocketeer.Broker.AccessControl;

/// <summary>
/// Counts refusals, and writes a bounded number of them to the log: whoever is refused could otherwise fill the disk. Thread-safe.
/// </summary>
internal sealed class Refusals(TimeProvider clock, ILogger logger)
{
    /// <summary>Refusals of a minute that are logged.</summary>
    internal const int LoggedPerMinute = 20;

    /// <summary>Longest text of a peer that is repeated.</summary>
    private const int MaxShown = 128;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly string[] ReasonNames = [.. Enum.GetNames<Reason>()];

    private readonly long[] _counts = new long[ReasonNames.Length];
    private readonly Lock _lock = new();
    private long _minuteBegan = clock.GetTimestamp();
    private int _inMinute;

    /// <summary>Why a request is refused; a label of the counter.</summary>
    internal enum Reason
    {
        /// <summary>No access key.</summary>
        NoKey,

        /// <summary>An access key that no account has.</summary>
        UnknownKey,

        /// <summary>A wrong signature.</summary>
        Signature,

        /// <summary>Only administrators may.</summary>
        Admin,

        /// <summary>A topic or a group that the account may not use.</summary>
        Resource,

        /// <summary>A request that does not say what it wants.</summary>
        Malformed,
    }

    /// <summary>Refusals since the start, by reason.</summary>
    public IEnumerable<(string Reason, long Count)> Counts => ReasonNames.Select((name, i) => (name, Interlocked.Read(ref _counts[i])));

    /// <summary>Counts a refusal.</summary>
    /// <returns>The remark of the answer, in the form by which the original's clients know it.</returns>
    public string Refuse(Reason reason, string text, int code, string remote)
    {
        Interlocked.Increment(ref _counts[(int)reason]);
        var (isLogged, unlogged) = Count();
        if (unlogged > 0)
        {
            logger.RefusalsNotLogged(unlogged);
        }

        if (isLogged)
        {
            logger.RequestRefused(code, remote, text);
        }

        return "org.apache.rocketmq.acl.common.AclException: " + text;
    }

    /// <summary>A topic or group as refusals name it.</summary>
    public static string Name(ResourceKind kind, string name) => $"{(kind == ResourceKind.Topic ? "topic" : "group")}:{Shown(name)}";

    /// <summary>A peer's text, fit to be repeated: short, and without control characters.</summary>
    public static string Shown(string text)
    {
        var cut = text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }

    private (bool IsLogged, int Unlogged) Count()
    {
        lock (_lock)
        {
            var unlogged = 0;
            if (clock.GetElapsedTime(_minuteBegan) >= Minute)
            {
                unlogged = Math.Max(0, _inMinute - LoggedPerMinute);
                (_minuteBegan, _inMinute) = (clock.GetTimestamp(), 0);
            }

            return (++_inMinute <= LoggedPerMinute, unlogged);
        }
    }
}
