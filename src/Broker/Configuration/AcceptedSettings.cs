using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Broker.Configuration;

/// <summary>
/// Keys of the original that this broker knows but that change nothing here: sizes of pools and buffers that it does not have, and features
/// that are not built. They are listed with the others, so that tools find them, and a value of somebody's own is warned about.
/// </summary>
public sealed class AcceptedSettings
{
#pragma warning disable CS1591 // reference: broker.md section 20 tells what each means to the original
    [PropertyKey("messageStorePlugIn")]
    public string MessageStorePlugIn { get; set; } = "";

    [PropertyKey("sendMessageThreadPoolNums")]
    public int SendMessageThreadPoolNums { get; set; } = 1;

    [PropertyKey("pullMessageThreadPoolNums")]
    public int PullMessageThreadPoolNums { get; set; } = 16 + (2 * Environment.ProcessorCount);

    [PropertyKey("flushConsumerOffsetHistoryInterval")]
    public int FlushConsumerOffsetHistoryInterval { get; set; } = 60000;

    [PropertyKey("fetchNamesrvAddrByAddressServer")]
    public bool FetchNamesrvAddrByAddressServer { get; set; }

    [PropertyKey("filterServerNums")]
    public int FilterServerNums { get; set; }

    [PropertyKey("highSpeedMode")]
    public bool HighSpeedMode { get; set; }

    [PropertyKey("commercialEnable")]
    public bool CommercialEnable { get; set; } = true;

    [PropertyKey("commercialTimerCount")]
    public int CommercialTimerCount { get; set; } = 1;

    [PropertyKey("commercialTransCount")]
    public int CommercialTransCount { get; set; } = 1;

    [PropertyKey("commercialBigCount")]
    public int CommercialBigCount { get; set; } = 1;

    [PropertyKey("commercialBaseCount")]
    public int CommercialBaseCount { get; set; } = 1;

    [PropertyKey("transferMsgByHeap")]
    public bool TransferMsgByHeap { get; set; } = true;

    [PropertyKey("maxDelayTime")]
    public int MaxDelayTime { get; set; } = 40;

    [PropertyKey("waitTimeMillsInPullQueue")]
    public long WaitTimeMillsInPullQueue { get; set; } = 5000;

    [PropertyKey("commitIntervalCommitLog")]
    public int CommitIntervalCommitLog { get; set; } = 200;

    [PropertyKey("useReentrantLockWhenPutMessage")]
    public bool UseReentrantLockWhenPutMessage { get; set; }

    [PropertyKey("flushCommitLogTimed")]
    public bool FlushCommitLogTimed { get; set; }

    [PropertyKey("putMsgIndexHightWater")]
    public int PutMsgIndexHightWater { get; set; } = 600000;

    [PropertyKey("commitCommitLogLeastPages")]
    public int CommitCommitLogLeastPages { get; set; } = 4;

    [PropertyKey("flushLeastPagesWhenWarmMapedFile")]
    public int FlushLeastPagesWhenWarmMapedFile { get; set; } = 4096;

    [PropertyKey("commitCommitLogThoroughInterval")]
    public int CommitCommitLogThoroughInterval { get; set; } = 200;

    [PropertyKey("warmMapedFileEnable")]
    public bool WarmMapedFileEnable { get; set; }

    [PropertyKey("debugLockEnable")]
    public bool DebugLockEnable { get; set; }

    [PropertyKey("duplicationEnable")]
    public bool DuplicationEnable { get; set; }

    [PropertyKey("transientStorePoolEnable")]
    public bool TransientStorePoolEnable { get; set; }

    [PropertyKey("transientStorePoolSize")]
    public int TransientStorePoolSize { get; set; } = 5;

    [PropertyKey("fastFailIfNoBufferInStorePool")]
    public bool FastFailIfNoBufferInStorePool { get; set; }

    [PropertyKey("serverWorkerThreads")]
    public int ServerWorkerThreads { get; set; } = 8;

    [PropertyKey("serverCallbackExecutorThreads")]
    public int ServerCallbackExecutorThreads { get; set; }

    [PropertyKey("serverSelectorThreads")]
    public int ServerSelectorThreads { get; set; } = 3;

    [PropertyKey("serverSocketSndBufSize")]
    public int ServerSocketSndBufSize { get; set; } = 131072;

    [PropertyKey("serverSocketRcvBufSize")]
    public int ServerSocketRcvBufSize { get; set; } = 131072;

    [PropertyKey("serverPooledByteBufAllocatorEnable")]
    public bool ServerPooledByteBufAllocatorEnable { get; set; } = true;

    [PropertyKey("useEpollNativeSelector")]
    public bool UseEpollNativeSelector { get; set; }

    [PropertyKey("clientWorkerThreads")]
    public int ClientWorkerThreads { get; set; } = 4;

    [PropertyKey("clientCallbackExecutorThreads")]
    public int ClientCallbackExecutorThreads { get; set; } = Environment.ProcessorCount;

    [PropertyKey("channelNotActiveInterval")]
    public long ChannelNotActiveInterval { get; set; } = 60000;

    [PropertyKey("clientSocketSndBufSize")]
    public int ClientSocketSndBufSize { get; set; } = 131072;

    [PropertyKey("clientSocketRcvBufSize")]
    public int ClientSocketRcvBufSize { get; set; } = 131072;

    [PropertyKey("clientPooledByteBufAllocatorEnable")]
    public bool ClientPooledByteBufAllocatorEnable { get; set; }

    [PropertyKey("clientCloseSocketIfTimeout")]
    public bool ClientCloseSocketIfTimeout { get; set; }
#pragma warning restore CS1591

    /// <summary>The keys that somebody set to a value of his own, in the hope of an effect.</summary>
    public IReadOnlyList<string> WithoutEffect()
    {
        var defaults = new PropertyBinder(new AcceptedSettings()).List().ToDictionary();
        return [.. new PropertyBinder(this).List().Where(pair => defaults[pair.Key] != pair.Value).Select(pair => pair.Key)];
    }
}
