using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>The scale subresource, which <c>kubectl scale</c> and autoscalers use.</summary>
internal sealed partial class ApiHandler
{
    private async Task ScaleAsync(HttpContext context, ResourceType type, ObjectKey key)
    {
        var item = api.Get(type, key);
        switch (context.Request.Method)
        {
            case "GET":
                break;
            case "PUT":
                item = SetScale(context, type, key, await BodyAsync(context));
                break;
            case "PATCH":
                var scale = Scale(type, item);
                Patching.JsonMerge.Merge(scale, await BodyAsync(context));
                item = SetScale(context, type, key, scale);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }

        await WriteAsync(context, Scale(type, item));
    }

    private JsonObject SetScale(HttpContext context, ResourceType type, ObjectKey key, JsonObject scale)
    {
        var replicas = scale["spec"]?["replicas"]?.GetValue<int>() ?? throw ApiException.BadRequest("spec.replicas is missing");
        var version = scale["metadata"]?["resourceVersion"]?.ToString();
        return api.Modify(type, key, "", Options(context), item =>
        {
            if (version is { Length: > 0 } && version != item["metadata"]!["resourceVersion"]!.ToString())
            {
                throw ApiException.Conflict(type, key.Name, "the object has been modified");
            }

            JsonPaths.Set(item, type.Scale!.Spec, replicas);
        });
    }

    private static JsonObject Scale(ResourceType type, JsonObject item)
    {
        var paths = type.Scale!;
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = item["metadata"]!["name"]!.DeepClone(),
                ["namespace"] = item["metadata"]!["namespace"]?.DeepClone(),
                ["uid"] = item["metadata"]!["uid"]!.DeepClone(),
                ["resourceVersion"] = item["metadata"]!["resourceVersion"]!.DeepClone(),
                ["creationTimestamp"] = item["metadata"]!["creationTimestamp"]!.DeepClone(),
            },
            ["spec"] = new JsonObject { ["replicas"] = JsonPaths.Find(item, paths.Spec)?.DeepClone() ?? 0 },
            ["status"] = new JsonObject
            {
                ["replicas"] = JsonPaths.Find(item, paths.Status)?.DeepClone() ?? 0,
                ["selector"] = (paths.Selector is null ? null : JsonPaths.Find(item, paths.Selector))?.ToString() ?? "",
            },
        };
    }
}
