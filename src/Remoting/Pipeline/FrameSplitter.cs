using System.Buffers;
using System.Buffers.Binary;
using Rocketeer.Protocol.Codec;

namespace Rocketeer.Remoting.Pipeline;

/// <summary>
/// Cuts the received bytes of one connection into frames. A frame that lies wholly in the receive buffer is not copied. What is cut off
/// at the end of the buffer is held until the rest comes; the space for it grows as bytes arrive, never by the length that the peer claims.
/// Used on the connection's event loop only.
/// </summary>
/// <param name="maxFrameLength">Longest frame accepted, its length field included.</param>
internal sealed class FrameSplitter(int maxFrameLength)
{
    private const int MinHeldCapacity = 512;

    private byte[] _held = [];
    private int _start;
    private int _end;

    /// <summary>Bytes held for later.</summary>
    public int Held => _end - _start;

    /// <summary>Takes the next whole frame.</summary>
    /// <param name="received">Received bytes that were not looked at yet; what is taken is cut off its front.</param>
    /// <param name="frame">The frame without its length field, valid until the next call.</param>
    /// <returns>False when no whole frame is left; then give the rest to <see cref="Hold"/>.</returns>
    /// <exception cref="FrameFormatException">The length field is impossible or over the limit.</exception>
    public bool TryTake(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> frame)
    {
        if (_start == _end)
        {
            ForgetHeld();
            return TryTakeWhole(ref received, out frame);
        }

        frame = default;
        if (!TopUp(sizeof(int), ref received))
        {
            return false;
        }

        var length = ReadLength(_held.AsSpan(_start));
        if (!TopUp(sizeof(int) + length, ref received))
        {
            return false;
        }

        frame = _held.AsSpan(_start + sizeof(int), length);
        _start += sizeof(int) + length;
        return true;
    }

    /// <summary>Keeps bytes for the next call.</summary>
    public void Hold(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return;
        }

        if (_end + rest.Length > _held.Length)
        {
            Grow(rest.Length);
        }

        rest.CopyTo(_held.AsSpan(_end));
        _end += rest.Length;
    }

    /// <summary>Gives the space back; the connection has ended.</summary>
    public void Clear()
    {
        _start = _end = 0;
        ForgetHeld();
    }

    private bool TryTakeWhole(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (received.Length < sizeof(int))
        {
            return false;
        }

        var length = ReadLength(received);
        if (received.Length - sizeof(int) < length)
        {
            return false;
        }

        frame = received.Slice(sizeof(int), length);
        received = received[(sizeof(int) + length)..];
        return true;
    }

    private int ReadLength(ReadOnlySpan<byte> at)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(at);
        if (length < sizeof(int))
        {
            throw new FrameFormatException($"A frame claims a length of {length} bytes, which leaves no room for its header length.");
        }

        return length <= maxFrameLength - sizeof(int)
            ? length
            : throw new FrameFormatException($"A frame claims a length of {length} bytes; the limit is {maxFrameLength - sizeof(int)}.");
    }

    /// <returns>True when so many bytes are held now.</returns>
    private bool TopUp(int wanted, ref ReadOnlySpan<byte> received)
    {
        var missing = wanted - Held;
        if (missing > 0)
        {
            var taken = Math.Min(missing, received.Length);
            Hold(received[..taken]);
            received = received[taken..];
            missing -= taken;
        }

        return missing <= 0;
    }

    private void Grow(int more)
    {
        var held = Held;
        var needed = held + more;
        if (needed <= _held.Length)
        {
            _held.AsSpan(_start, held).CopyTo(_held);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinHeldCapacity, Math.Max(needed, 2 * held)));
            _held.AsSpan(_start, held).CopyTo(larger);
            ReturnArray();
            _held = larger;
        }

        _start = 0;
        _end = held;
    }

    private void ForgetHeld()
    {
        if (_held.Length > 0)
        {
            ReturnArray();
            _held = [];
        }

        _start = _end = 0;
    }

    private void ReturnArray()
    {
        if (_held.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_held);
        }
    }
}
