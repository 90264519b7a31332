using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rocketeer.DevCluster.ControlPlane;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Tests.Workloads;

/// <summary>The controllers on their own feet, woken by changes of objects.</summary>
public sealed class WorkloadControllersTests
{
    [Fact]
    public async Task A_set_gets_its_pods_without_being_asked_and_one_that_cannot_be_served_does_not_hold_it_up()
    {
        var directory = Directory.CreateTempSubdirectory("rocketeer-workloads-").FullName;
        var api = new ResourceApi(new ObjectStore(), new ResourceTypes(), TimeProvider.System);
        var writer = new WriteOptions("test");
        api.Create(BuiltInTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, writer);
        await using (new WorkloadControllers(api, directory, TimeProvider.System, NullLogger<WorkloadControllers>.Instance))
        {
            using var pods = api.Store.Subscribe(BuiltInTypes.Pods, api.Store.Version);
            api.Create(BuiltInTypes.StatefulSets, "default", JsonNode.Parse(
                """{"metadata":{"name":"broken"},"spec":{"replicas":"many","template":{}}}""")!.AsObject(), writer);
            api.Create(BuiltInTypes.StatefulSets, "default", JsonNode.Parse(
                """{"metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"name":"main"}]}}}}""")!.AsObject(), writer);

            var change = await pods.Changes.ReadAsync(TestContext.Current.CancellationToken);

            Assert.Equal("web-0", change.Key.Name);
        }

        Directory.Delete(directory, recursive: true);
    }
}
