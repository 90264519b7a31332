namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>The kinds that are there without a CustomResourceDefinition: those that the operator, its charts and kubectl use.</summary>
internal static class BuiltInTypes
{
    private static readonly PrinterColumn Age = new("Age", "date", ".metadata.creationTimestamp");

    /// <summary>Definitions of custom resources.</summary>
    public static ResourceType CustomResourceDefinitions { get; } = new()
    {
        Group = "apiextensions.k8s.io", Version = "v1", Plural = "customresourcedefinitions", Kind = "CustomResourceDefinition",
        Namespaced = false, ShortNames = ["crd", "crds"], HasStatus = true,
        Columns = [new("Created At", "date", ".metadata.creationTimestamp")],
    };

    /// <summary>Namespaces.</summary>
    public static ResourceType Namespaces { get; } = new()
    {
        Group = "", Version = "v1", Plural = "namespaces", Kind = "Namespace", Namespaced = false, ShortNames = ["ns"], HasStatus = true,
        Columns = [new("Status", "string", ".status.phase"), Age],
    };

    /// <summary>Pods.</summary>
    public static ResourceType Pods { get; } = new()
    {
        Group = "", Version = "v1", Plural = "pods", Kind = "Pod", ShortNames = ["po"], Categories = ["all"], HasStatus = true,
        Columns = BuiltInColumns.Pods,
    };

    /// <summary>Services.</summary>
    public static ResourceType Services { get; } = new()
    {
        Group = "", Version = "v1", Plural = "services", Kind = "Service", ShortNames = ["svc"], Categories = ["all"], HasStatus = true,
        Columns = BuiltInColumns.Services,
    };

    /// <summary>Claims of volumes.</summary>
    public static ResourceType VolumeClaims { get; } = new()
    {
        Group = "", Version = "v1", Plural = "persistentvolumeclaims", Kind = "PersistentVolumeClaim", ShortNames = ["pvc"], HasStatus = true,
        Columns = BuiltInColumns.VolumeClaims,
    };

    /// <summary>Sets of pods with a name each.</summary>
    public static ResourceType StatefulSets { get; } = new()
    {
        Group = "apps", Version = "v1", Plural = "statefulsets", Kind = "StatefulSet", ShortNames = ["sts"], Categories = ["all"], HasStatus = true,
        Scale = new(".spec.replicas", ".status.replicas", ".status.selector"),
        Columns = BuiltInColumns.Sets,
    };

    /// <summary>Sets of pods without.</summary>
    public static ResourceType Deployments { get; } = new()
    {
        Group = "apps", Version = "v1", Plural = "deployments", Kind = "Deployment", ShortNames = ["deploy"], Categories = ["all"], HasStatus = true,
        Scale = new(".spec.replicas", ".status.replicas", ".status.selector"),
        Columns = BuiltInColumns.Sets,
    };

    /// <summary>Budgets of disruption.</summary>
    public static ResourceType DisruptionBudgets { get; } = new()
    {
        Group = "policy", Version = "v1", Plural = "poddisruptionbudgets", Kind = "PodDisruptionBudget", ShortNames = ["pdb"], HasStatus = true,
        Columns =
        [
            new("Min Available", "string", ".spec.minAvailable"), new("Max Unavailable", "string", ".spec.maxUnavailable"), Age,
        ],
    };

    /// <summary>Events, as <c>kubectl describe</c> reads them.</summary>
    public static ResourceType Events { get; } = new()
    {
        Group = "", Version = "v1", Plural = "events", Kind = "Event", ShortNames = ["ev"],
        Columns =
        [
            new("Last Seen", "date", ".lastTimestamp"), new("Type", "string", ".type"), new("Reason", "string", ".reason"),
            new("Object", "string", ".involvedObject.name"), new("Message", "string", ".message"),
        ],
    };

    /// <summary>Settings.</summary>
    public static ResourceType ConfigMaps { get; } = Plain("", "v1", "configmaps", "ConfigMap", "cm") with { Columns = BuiltInColumns.ConfigMaps };

    /// <summary>Settings that are not shown.</summary>
    public static ResourceType Secrets { get; } = Plain("", "v1", "secrets", "Secret") with { Columns = BuiltInColumns.Secrets };

    /// <summary>Former templates of sets.</summary>
    public static ResourceType ControllerRevisions { get; } = Plain("apps", "v1", "controllerrevisions", "ControllerRevision");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        Namespaces, Pods, Services, VolumeClaims, Events,
        ConfigMaps, Secrets,
        Plain("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
        Plain("", "v1", "endpoints", "Endpoints", "ep"),
        Plain("", "v1", "nodes", "Node", "no") with { Namespaced = false, HasStatus = true },
        Plain("", "v1", "persistentvolumes", "PersistentVolume", "pv") with { Namespaced = false, HasStatus = true },
        StatefulSets, Deployments,
        ControllerRevisions,
        Plain("coordination.k8s.io", "v1", "leases", "Lease") with { Columns = [new("Holder", "string", ".spec.holderIdentity"), Age] },
        DisruptionBudgets,
        Plain("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        Plain("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        Plain("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole") with { Namespaced = false },
        Plain("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding") with { Namespaced = false },
        Plain("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol"),
        Plain("storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc") with { Namespaced = false },
        CustomResourceDefinitions,
    ];

    private static ResourceType Plain(string group, string version, string plural, string kind, params string[] shortNames) =>
        new() { Group = group, Version = version, Plural = plural, Kind = kind, ShortNames = shortNames };
}
