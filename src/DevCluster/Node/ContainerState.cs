using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Node;

/// <summary>What is known of a container now, as the pod's status shows it.</summary>
internal sealed record ContainerState
{
    /// <summary>Why it does not run, as <c>CrashLoopBackOff</c>; <see langword="null"/> when it runs or has ended for good.</summary>
    public (string Reason, string Message)? Waiting { get; init; } = ("ContainerCreating", "");

    /// <summary>Since when it runs; <see langword="null"/> when it does not.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>Whether the startup probe, if there is one, has passed.</summary>
    public bool Started { get; init; }

    /// <summary>Whether the readiness probe, if there is one, passes.</summary>
    public bool Ready { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>How the run before ended, or the last run when it has ended for good.</summary>
    public Termination? Last { get; init; }

    /// <summary>The container's status.</summary>
    public JsonObject ToStatus(JsonNode container)
    {
        var state = RunningSince is { } since ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Timestamps.Format(since) } }
            : Waiting is { } waiting ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = waiting.Reason, ["message"] = waiting.Message } }
            : new JsonObject { ["terminated"] = Last?.ToJson() };
        return new JsonObject
        {
            ["name"] = container["name"]!.DeepClone(),
            ["image"] = container["image"]?.DeepClone(),
            ["imageID"] = "",
            ["ready"] = Ready,
            ["started"] = Started,
            ["restartCount"] = Restarts,
            ["state"] = state,
            ["lastState"] = Last is { } last && (RunningSince is not null || Waiting is not null) ? new JsonObject { ["terminated"] = last.ToJson() } : new JsonObject(),
        };
    }

    /// <summary>The phase of a pod whose container is in this state.</summary>
    public string Phase => RunningSince is not null || Restarts > 0 ? "Running"
        : Waiting is not null ? Last is null ? "Pending" : "Running"
        : Last?.ExitCode == 0 ? "Succeeded" : "Failed";
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
internal sealed record Termination(int ExitCode, DateTimeOffset StartedAt, DateTimeOffset FinishedAt)
{
    public JsonObject ToJson() => new()
    {
        ["exitCode"] = ExitCode,
        ["reason"] = ExitCode == 0 ? "Completed" : "Error",
        ["startedAt"] = Timestamps.Format(StartedAt),
        ["finishedAt"] = Timestamps.Format(FinishedAt),
    };
}
