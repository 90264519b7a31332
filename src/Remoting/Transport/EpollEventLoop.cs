using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DotNetty.Common;
using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using TaskCompletionSource = System.Threading.Tasks.TaskCompletionSource;

namespace Rocketeer.Remoting.Transport;

/// <summary>
/// A DotNetty event loop whose thread waits in epoll, so that readiness, handlers and tasks share one thread without any hand-over.
/// Level-triggered. A channel is known by a number that is never used twice, so an event of a closed descriptor cannot reach the channel
/// that got the same descriptor next. Tasks given to a loop that has ended are refused with <see cref="RejectedExecutionException"/>.
/// </summary>
#pragma warning disable CA1001 // What it holds is freed by its thread when the loop ends (see End).
internal sealed unsafe class EpollEventLoop : AbstractScheduledEventExecutor, IEventLoop
#pragma warning restore CA1001
{
    private const int MaxEventsPerTurn = 256;

    /// <summary>Tasks run between two looks at the sockets.</summary>
    private const int MaxTasksPerTurn = 4096;

    /// <summary>The number of the wake-up descriptor; channels count from one.</summary>
    private const long WakeUpNumber = 0;

    private readonly ConcurrentQueue<IRunnable> _tasks = new();
    private readonly Dictionary<long, EpollTcpChannel> _channels = [];
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEventLoopGroup _parent;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly SafeFileHandle _wakeUp;
    private readonly byte* _events;
    private long _lastNumber;
    private volatile bool _sleeping;
    private volatile bool _stopping;
    private volatile bool _ended;

    /// <summary>Starts the loop's thread.</summary>
    /// <exception cref="IOException">The system grants no more descriptors.</exception>
    public EpollEventLoop(IEventLoopGroup parent, int index, ILogger logger)
        : base(parent)
    {
        _parent = parent;
        _logger = logger;
        _epoll = Checked(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
        _wakeUp = new SafeFileHandle(Checked(Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec), "eventfd"), ownsHandle: true);
        Control(Libc.EpollAdd, (int)_wakeUp.DangerousGetHandle(), Libc.EpollIn, WakeUpNumber);
        _events = (byte*)NativeMemory.Alloc((nuint)(MaxEventsPerTurn * Libc.EventSize));
        _thread = new Thread(Run) { IsBackground = true, Name = $"rocketeer-epoll-{index}" };
        _thread.Start();
    }

    public override bool IsShuttingDown => _stopping;

    public override bool IsShutdown => _ended;

    public override bool IsTerminated => _ended;

    public override Task TerminationCompletion => _terminated.Task;

    IEventLoopGroup IEventLoop.Parent => _parent;

    IEnumerable<IEventLoop> IEventLoopGroup.Items => [this];

    IEventLoop IEventLoopGroup.GetNext() => this;

    public Task RegisterAsync(IChannel channel) => channel.Unsafe.RegisterAsync(this);

    public override bool IsInEventLoop(Thread thread) => thread == _thread;

    public override void Execute(IRunnable task)
    {
        if (_ended)
        {
            throw new RejectedExecutionException("The event loop has ended.");
        }

        _tasks.Enqueue(task);
        if (Thread.CurrentThread != _thread)
        {
            // The loop sets _sleeping and then looks at the queue; we enqueue and then look at _sleeping. The barriers between the two
            // make sure that one of us sees the other.
            Interlocked.MemoryBarrier();
            if (_sleeping)
            {
                _sleeping = false;
                WakeUp();
            }
        }
    }

    /// <summary>Ends the loop: channels that are still open are closed, tasks that are queued already run.</summary>
    public override Task ShutdownGracefullyAsync(TimeSpan quietPeriod, TimeSpan timeout)
    {
        _stopping = true;
        WakeUp();
        return _terminated.Task;
    }

    protected override IEnumerable<IEventExecutor> GetItems() => [this];

    /// <summary>Begins to watch a channel; on the loop only.</summary>
    /// <returns>The channel's number.</returns>
    internal long Add(EpollTcpChannel channel, uint interest)
    {
        var number = ++_lastNumber;
        Control(Libc.EpollAdd, channel.Descriptor, interest, number);
        _channels.Add(number, channel);
        return number;
    }

    /// <summary>Changes what a channel waits for; on the loop only.</summary>
    internal void Change(EpollTcpChannel channel, uint interest, long number) =>
        Control(Libc.EpollModify, channel.Descriptor, interest, number);

    /// <summary>Forgets a channel; on the loop only, before its descriptor is closed.</summary>
    internal void Remove(EpollTcpChannel channel, long number)
    {
        _channels.Remove(number);
        Control(Libc.EpollDelete, channel.Descriptor, 0, number);
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new IOException($"The event loop cannot start: {call} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    private void Control(int operation, int descriptor, uint interest, long number)
    {
        var epollEvent = stackalloc byte[16];
        Unsafe.WriteUnaligned(epollEvent, interest);
        Unsafe.WriteUnaligned(epollEvent + Libc.EventDataAt, number);
        if (Libc.EpollControl(_epoll, operation, descriptor, epollEvent) < 0)
        {
            throw Libc.SocketFailure(Marshal.GetLastPInvokeError());
        }
    }

    private void WakeUp()
    {
        ulong one = 1;
        try
        {
            // A full counter (EAGAIN) means that the loop is about to wake up anyway, so the result does not matter.
            _ = Libc.Write(_wakeUp, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException) when (_ended)
        {
            _logger.WokeEndedLoop();
        }
    }

    private void Run()
    {
        SetCurrentExecutor(this);
        try
        {
            while (!_stopping)
            {
                Turn();
            }
        }
#pragma warning disable CA1031 // The thread's last line of defence: without it the process would end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _logger.EventLoopFailed(failure, _thread.Name!);
        }

        End();
    }

    private void Turn()
    {
        var timeout = 0;
        if (_tasks.IsEmpty)
        {
            _sleeping = true;
            Interlocked.MemoryBarrier();
            timeout = _tasks.IsEmpty && !_stopping ? MillisecondsToNextScheduledTask() : 0;
        }

        var count = Libc.EpollWait(_epoll, _events, MaxEventsPerTurn, timeout);
        _sleeping = false;
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
        {
            throw Libc.SocketFailure(Marshal.GetLastPInvokeError());
        }

        for (var i = 0; i < count; i++)
        {
            var epollEvent = _events + (i * Libc.EventSize);
            var number = Unsafe.ReadUnaligned<long>(epollEvent + Libc.EventDataAt);
            if (number == WakeUpNumber)
            {
                ulong ignored;
                _ = Libc.Read(_wakeUp, &ignored, sizeof(ulong));
            }
            else if (_channels.TryGetValue(number, out var channel))
            {
                Serve(channel, Unsafe.ReadUnaligned<uint>(epollEvent));
            }
        }

        RunDueScheduledTasks();
        RunTasks(MaxTasksPerTurn);
    }

    /// <summary>Whatever one channel does wrong ends that channel, not the loop.</summary>
    private void Serve(EpollTcpChannel channel, uint events)
    {
        try
        {
            channel.OnReady(events);
        }
#pragma warning disable CA1031
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _logger.ChannelFailed(failure);
            channel.Unsafe.CloseSafe();
        }
    }

    private void RunTasks(int limit)
    {
        for (var i = 0; i < limit && _tasks.TryDequeue(out var task); i++)
        {
            RunTask(task);
        }
    }

    private void RunTask(IRunnable task)
    {
        try
        {
            task.Run();
        }
#pragma warning disable CA1031
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _logger.LoopTaskFailed(failure);
        }
    }

    private void RunDueScheduledTasks()
    {
        if (ScheduledTaskQueue.Count == 0)
        {
            return;
        }

        while (PollScheduledTask() is { } due)
        {
            RunTask(due);
        }
    }

    private int MillisecondsToNextScheduledTask()
    {
        if (ScheduledTaskQueue.Count == 0)
        {
            return -1;
        }

        var wait = (NextScheduledTaskNanos() - PreciseTimeSpan.FromStart).ToTimeSpan();
        return (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, 60_000);
    }

    private void End()
    {
        _stopping = true;
        foreach (var channel in _channels.Values.ToArray())
        {
            channel.Unsafe.CloseSafe();
        }

        CancelScheduledTasks();
        RunTasks(int.MaxValue);
        _ended = true;
        RunTasks(int.MaxValue);
        _wakeUp.Dispose();
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_events);
        _terminated.SetResult();
    }
}
