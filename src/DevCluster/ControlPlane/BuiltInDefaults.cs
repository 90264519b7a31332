using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>What the API server fills into built-in kinds: addresses of Services, strategies of sets, the phase of a namespace.</summary>
/// <param name="store">For addresses that are taken.</param>
internal sealed class BuiltInDefaults(ObjectStore store)
{
    /// <summary>Fills in what is absent, in place.</summary>
    public void Apply(ResourceType type, ObjectKey key, JsonObject? before, JsonObject after)
    {
        if (type == BuiltInTypes.Services)
        {
            Service(key, before, Spec(after));
        }
        else if (type == BuiltInTypes.StatefulSets)
        {
            StatefulSet(Spec(after));
        }
        else if (type == BuiltInTypes.Pods)
        {
            Pod(after);
        }
        else if (type == BuiltInTypes.VolumeClaims)
        {
            Set(Spec(after), "storageClassName", "standard");
            Set(Status(after), "phase", "Pending");
        }
        else if (type == BuiltInTypes.Namespaces)
        {
            Set(Status(after), "phase", "Active");
        }
    }

    private void Service(ObjectKey key, JsonObject? before, JsonObject spec)
    {
        Set(spec, "type", "ClusterIP");
        Set(spec, "sessionAffinity", "None");
        foreach (var port in spec["ports"] as JsonArray ?? [])
        {
            Set(port!.AsObject(), "protocol", "TCP");
            Set(port.AsObject(), "targetPort", port["port"]?.DeepClone());
        }

        var kept = before?["spec"]?["clusterIP"]?.ToString();
        if (kept is not null && spec["clusterIP"] is null)
        {
            spec["clusterIP"] = kept;
        }
        else if (kept is not null && kept != spec["clusterIP"]!.ToString() && kept != "None")
        {
            throw ApiException.Invalid(BuiltInTypes.Services, key.Name, [new FieldError(
                "spec.clusterIPs[0]", "FieldValueInvalid", $"Invalid value: [\"{spec["clusterIP"]}\"]: may not change once set")]);
        }
        else if (spec["clusterIP"] is null)
        {
            spec["clusterIP"] = FreeAddress();
        }
        else if (kept is null && spec["clusterIP"]!.ToString() is var asked && asked != "None" && Taken().Contains(asked))
        {
            throw ApiException.Invalid(BuiltInTypes.Services, key.Name, [new FieldError(
                "spec.clusterIPs", "FieldValueInvalid", $"Invalid value: [\"{asked}\"]: failed to allocate IP {asked}: provided IP is already allocated")]);
        }

        spec["clusterIPs"] = new JsonArray(spec["clusterIP"]!.DeepClone());
        spec["ipFamilies"] = new JsonArray("IPv4");
    }

    // 127.96.0.0/16: all of 127/8 is this machine, so that a Service's address works without a proxy in the kernel.
    private string FreeAddress()
    {
        var taken = Taken();
        for (var i = 1; i < 1 << 16; i++)
        {
            var address = $"127.96.{i >> 8}.{i & 255}";
            if ((i & 255) is not (0 or 255) && !taken.Contains(address))
            {
                return address;
            }
        }

        throw ApiException.Forbidden("no address is left for a Service");
    }

    private HashSet<string> Taken() =>
        [.. store.List(BuiltInTypes.Services, null).Items.Select(service => service["spec"]?["clusterIP"]?.ToString() ?? "")];

    private static void StatefulSet(JsonObject spec)
    {
        Set(spec, "replicas", 1);
        Set(spec, "podManagementPolicy", "OrderedReady");
        Set(spec, "revisionHistoryLimit", 10);
        Set(spec, "updateStrategy", new JsonObject { ["type"] = "RollingUpdate" });
        if (spec["updateStrategy"] is JsonObject strategy && strategy["type"]?.ToString() == "RollingUpdate" && strategy["rollingUpdate"] is null)
        {
            strategy["rollingUpdate"] = new JsonObject { ["partition"] = 0 };
        }

        Set(spec, "persistentVolumeClaimRetentionPolicy", new JsonObject { ["whenDeleted"] = "Retain", ["whenScaled"] = "Retain" });
    }

    private static void Pod(JsonObject pod)
    {
        var spec = Spec(pod);
        Set(spec, "restartPolicy", "Always");
        Set(spec, "terminationGracePeriodSeconds", 30);
        Set(spec, "serviceAccountName", "default");
        Set(Status(pod), "phase", "Pending");
    }

    private static JsonObject Spec(JsonObject item) => Child(item, "spec");

    private static JsonObject Status(JsonObject item) => Child(item, "status");

    private static JsonObject Child(JsonObject item, string name)
    {
        if (item[name] is not JsonObject child)
        {
            item[name] = child = [];
        }

        return child;
    }

    private static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (target[name] is null && value is not null)
        {
            target[name] = value;
        }
    }
}
