using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rocketeer.Protocol.Messages;

/// <summary>
/// Makes the ids that producers give their messages (UNIQ_KEY): 32 upper-case hex digits of IPv4 address, process id, a number of this
/// generator, milliseconds since the first of the month in local time, and a counter (reference: namesrv-and-client.md C5). Thread-safe.
/// </summary>
public sealed class UniqueMessageId
{
    private const int BinaryLength = 16;
    private const int ProcessAt = 4;
    private const int GeneratorAt = 6;
    private const int TimeAt = 10;
    private const int CounterAt = 14;

    private readonly TimeProvider _clock;
    private readonly byte[] _prefix = new byte[TimeAt];
    private Month _month;
    private int _counter = -1;

    /// <summary>Creates a generator; one per process is enough.</summary>
    /// <param name="clock">Local time.</param>
    public UniqueMessageId(TimeProvider clock)
        : this(clock, OwnAddress(), Environment.ProcessId, Random.Shared.Next())
    {
    }

    internal UniqueMessageId(TimeProvider clock, IPAddress? address, int processId, int generator)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _month = Month.Of(clock.GetLocalNow());
        if (address is null || !address.TryWriteBytes(_prefix, out _))
        {
            BinaryPrimitives.WriteInt32BigEndian(_prefix, unchecked((int)clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        BinaryPrimitives.WriteInt16BigEndian(_prefix.AsSpan(ProcessAt), unchecked((short)processId));
        BinaryPrimitives.WriteInt32BigEndian(_prefix.AsSpan(GeneratorAt), generator);
    }

    /// <summary>The next id.</summary>
    public string Next()
    {
        var now = _clock.GetLocalNow();
        var month = Volatile.Read(ref _month);
        if (now >= month.End)
        {
            month = Month.Of(now);
            Volatile.Write(ref _month, month);
        }

        Span<byte> id = stackalloc byte[BinaryLength];
        _prefix.CopyTo(id);
        BinaryPrimitives.WriteInt32BigEndian(id[TimeAt..], unchecked((int)(long)(now - month.Start).TotalMilliseconds));
        BinaryPrimitives.WriteInt16BigEndian(id[CounterAt..], unchecked((short)Interlocked.Increment(ref _counter)));
        return Convert.ToHexString(id);
    }

    /// <summary>When an id was made, if that was less than a month ago.</summary>
    /// <param name="id">An id.</param>
    /// <param name="now">Local time; the maker is taken to be in the same time zone.</param>
    /// <param name="time">The time.</param>
    /// <returns>False when the text is no such id.</returns>
    public static bool TryGetTime(string? id, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        Span<byte> binary = stackalloc byte[BinaryLength];
        if (id?.Length != 2 * BinaryLength || Convert.FromHexString(id, binary, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var sinceMonth = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32BigEndian(binary[TimeAt..]));
        var start = Month.Of(now).Start;
        time = start + sinceMonth;
        if (time >= now)
        {
            time = start.AddMonths(-1) + sinceMonth;
        }

        return true;
    }

    /// <summary>The first address that is valid and public, else the first valid private one, as the original chooses.</summary>
    internal static IPAddress? Choose(IEnumerable<IPAddress> addresses)
    {
        IPAddress? inside = null;
        foreach (var address in addresses)
        {
            if (address.AddressFamily != AddressFamily.InterNetwork)
            {
                continue;
            }

            var b = address.GetAddressBytes();
            if (!IsValid(b))
            {
                continue;
            }

            if (!IsPrivate(b))
            {
                return address;
            }

            inside ??= address;
        }

        return inside;
    }

    private static bool IsValid(byte[] b) => b[0] switch
    {
        >= 1 and <= 126 => b is not ([_, 1, 1, 1] or [_, 0, 0, 0]),
        >= 128 and <= 191 => b is not ([_, _, 1, 1] or [_, _, 0, 0]),
        >= 192 and <= 223 => b[3] > 1,
        _ => false,
    };

    private static bool IsPrivate(byte[] b) => b is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..];

    private static IPAddress? OwnAddress()
    {
        try
        {
            return Choose(NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address));
        }
        catch (NetworkInformationException)
        {
            return null; // the system does not tell: the clock takes the place of the address
        }
    }

    private sealed record Month(DateTimeOffset Start, DateTimeOffset End)
    {
        public static Month Of(DateTimeOffset now)
        {
            var start = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, now.Offset);
            return new Month(start, start.AddMonths(1));
        }
    }
}
