using k8s.Models;
using Rocketeer.Operator.Abstractions;

namespace Rocketeer.Operator.Entities;

/// <summary>The name servers of a cluster.</summary>
internal sealed class NamesrvSpec
{
    [Description("Number of name servers. They do not know each other; brokers register with each.")]
    [RangeMinimum(1), RangeMaximum(9)]
    public int Replicas { get; set; } = 2;

    [Description("Port that they listen on. It cannot be changed.")]
    [RangeMinimum(1), RangeMaximum(65535)]
    [ValidationRule("self == oldSelf", "namesrv.port cannot be changed.")]
    public int Port { get; set; } = 9876;

    [Description("Image of the name servers; the one that the operator was installed with when absent.")]
    [Length(1, 1024)]
    public string? Image { get; set; }

    [Description("More keys of namesrv.conf. Keys that the operator sets are refused.")]
    [PropertyLimits(128)]
    public IDictionary<string, string> Config { get; set; } = new Dictionary<string, string>();

    [Description("The Service for clients.")]
    public NamesrvServiceSpec Service { get; set; } = new();

    [Description("CPU and memory of a name server; 100m and 128Mi are requested when absent.")]
    public V1ResourceRequirements? Resources { get; set; }

    [Description("What the pods get beyond what the operator sets.")]
    public PodSpec Pod { get; set; } = new();
}

/// <summary>The Service in front of the name servers.</summary>
[ValidationRule("!has(self.nodePort) || self.type == 'NodePort'", "nodePort needs type NodePort.")]
internal sealed class NamesrvServiceSpec
{
    [Description("Type of the Service.")]
    public ServiceType Type { get; set; } = ServiceType.ClusterIP;

    [Description("Annotations of the Service.")]
    [PropertyLimits(64)]
    public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    [Description("The node port, with type NodePort.")]
    [RangeMinimum(1), RangeMaximum(65535)]
    public int? NodePort { get; set; }
}

/// <summary>Type of a Service.</summary>
internal enum ServiceType
{
    ClusterIP,
    NodePort,
    LoadBalancer,
}
