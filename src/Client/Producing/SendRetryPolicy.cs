using Rocketeer.Protocol.Commands;

namespace Rocketeer.Client.Producing;

/// <summary>Which failures of an attempt another broker may cure (reference: namesrv-and-client.md C4).</summary>
internal static class SendRetryPolicy
{
    /// <summary>True if the send goes on, as far as attempts and time allow.</summary>
    public static bool IsRetried(RocketeerException failure) => failure switch
    {
        BrokerUnreachableException or RequestTimeoutException or ClientOverloadedException => true,
        BrokerRejectedException rejected => IsRetried(rejected.ResponseCode),
        _ => false,
    };

    /// <summary>True for the answers after which the original's producers try again.</summary>
    public static bool IsRetried(ResponseCode code) => code is ResponseCode.TopicNotExist or ResponseCode.ServiceNotAvailable
        or ResponseCode.SystemError or ResponseCode.NoPermission or ResponseCode.NoBuyerId or ResponseCode.NotInCurrentUnit;

    /// <summary>True if the route may be out of date: the broker is gone, or is no master any more.</summary>
    public static bool DoubtsRoute(RocketeerException failure) => failure is BrokerUnreachableException
        or BrokerRejectedException { ResponseCode: ResponseCode.TopicNotExist or ResponseCode.NoPermission or ResponseCode.ServiceNotAvailable };
}
