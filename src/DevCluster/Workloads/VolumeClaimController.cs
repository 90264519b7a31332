using System.Text.Json.Nodes;
using Rocketeer.DevCluster.ControlPlane;

namespace Rocketeer.DevCluster.Workloads;

/// <summary>
/// Binds every claim to a folder of its own at once, and lets it have the capacity that it asks for: sizes are not enforced. The folder goes
/// with the claim, when no pod uses it any more.
/// </summary>
/// <param name="api">The objects.</param>
/// <param name="folders">The folders.</param>
internal sealed class VolumeClaimController(ResourceApi api, ClaimFolders folders)
{
    private static readonly WriteOptions Writer = new("persistentvolume-binder");

    /// <summary>Does what is to be done now.</summary>
    public void Sync()
    {
        var claims = api.Store.List(BuiltInTypes.VolumeClaims, null).Items;
        foreach (var claim in claims)
        {
            Bind(claim);
        }

        if (api.Store.List(BuiltInTypes.Pods, null).Items.Exists(LostItsClaim))
        {
            return; // its folder is still worked in
        }

        var volumes = claims.Select(VolumeOf).ToHashSet(StringComparer.Ordinal);
        foreach (var volume in folders.Volumes().Where(volume => !volumes.Contains(volume)).ToList())
        {
            Directory.Delete(folders.Of(volume), recursive: true);
        }
    }

    /// <summary>Name of a claim's volume.</summary>
    public static string VolumeOf(JsonObject claim) => "pvc-" + claim.Uid();

    private bool LostItsClaim(JsonObject pod) => (pod["spec"]?["volumes"] as JsonArray ?? [])
        .Select(volume => volume?["persistentVolumeClaim"]?["claimName"]?.ToString())
        .Any(name => name is not null && api.Store.Find(BuiltInTypes.VolumeClaims, new ObjectKey(pod.Key().Namespace, name)) is null);

    private void Bind(JsonObject claim)
    {
        var volume = VolumeOf(claim);
        if (claim["spec"]?["volumeName"]?.ToString() != volume)
        {
            Directory.CreateDirectory(folders.Of(volume));
            api.Modify(BuiltInTypes.VolumeClaims, claim.Key(), "", Writer, item => item["spec"]!["volumeName"] = volume);
        }

        var wanted = claim["spec"]?["resources"]?["requests"]?["storage"]?.ToString() ?? "1Gi";
        if (claim["status"]?["phase"]?.ToString() != "Bound" || claim["status"]?["capacity"]?["storage"]?.ToString() != wanted)
        {
            api.Modify(BuiltInTypes.VolumeClaims, claim.Key(), "status", Writer, item => item["status"] = new JsonObject
            {
                ["phase"] = "Bound",
                ["accessModes"] = claim["spec"]?["accessModes"]?.DeepClone(),
                ["capacity"] = new JsonObject { ["storage"] = wanted },
            });
        }
    }
}
