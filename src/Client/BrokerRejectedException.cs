using Rocketeer.Protocol.Commands;

namespace Rocketeer.Client;

/// <summary>A broker or name server answered, and the answer is no.</summary>
public sealed class BrokerRejectedException : RocketeerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="responseCode">The code of the answer; kept even if this version has no name for it.</param>
    /// <param name="remark">The remark of the answer.</param>
    /// <param name="address">Who answered.</param>
    public BrokerRejectedException(ResponseCode responseCode, string? remark, string address)
        : base($"{address} answered {responseCode} ({(int)responseCode}): {remark ?? "no remark"}")
    {
        ResponseCode = responseCode;
        Remark = remark;
        Address = address;
    }

    /// <summary>The code of the answer; kept even if this version has no name for it.</summary>
    public ResponseCode ResponseCode { get; }

    /// <summary>The remark of the answer, or <see langword="null"/>.</summary>
    public string? Remark { get; }

    /// <summary><c>host:port</c> of who answered.</summary>
    public string Address { get; }
}
