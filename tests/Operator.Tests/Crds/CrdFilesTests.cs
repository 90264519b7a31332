using k8s;
using k8s.Models;
using Rocketeer.Operator.Crds;
using Rocketeer.Operator.Entities;

namespace Rocketeer.Operator.Tests.Crds;

/// <summary>deploy/crds and docs/crds.md are what the types say.</summary>
public sealed class CrdFilesTests
{
    private const string Remedy = "Run: dotnet run --project src/Operator -- crds";

    public static TheoryData<string> Names => [.. CrdFiles.All().Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_file_of_a_kind_is_what_its_types_say(string name)
    {
        var path = Path.Combine(Repository.Root, "deploy", "crds", name);

        Assert.True(File.Exists(path), $"{path} is missing. {Remedy}");
        Assert.True(CrdFiles.All()[name] == File.ReadAllText(path), $"{path} differs from the types. {Remedy}");
    }

    [Fact]
    public void There_is_no_file_without_a_kind() =>
        Assert.Equal(
            CrdFiles.All().Keys.Order(),
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "crds")).Select(path => Path.GetFileName(path)!).Order());

    [Fact]
    public void The_reference_page_is_what_the_types_say() =>
        Assert.True(
            ReferencePage.Markdown() == File.ReadAllText(Path.Combine(Repository.Root, "docs", "crds.md")),
            $"docs/crds.md differs from the types. {Remedy}");

    [Theory, MemberData(nameof(Names))]
    public void Every_field_of_a_kind_has_a_description(string name)
    {
        var schema = Schema(name);

        Assert.Empty(Undescribed("spec", schema.Properties["spec"]).Concat(Undescribed("status", schema.Properties["status"])));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_list_and_map_of_a_spec_is_bounded_so_that_rules_stay_cheap(string name) =>
        Assert.Empty(Unbounded("spec", Schema(name).Properties["spec"]));

    [Fact]
    public void Defaults_of_the_schema_are_those_of_a_new_spec()
    {
        var schema = Schema("rocketclusters.rocketeer.dev.yaml").Properties["spec"];
        var spec = new RocketClusterSpec();

        Assert.Equal(spec.Brokers.Groups.ToString(), schema.Properties["brokers"].Properties["groups"].DefaultProperty.ToString());
        Assert.Equal(spec.Storage.Size.ToString(), schema.Properties["storage"].Properties["size"].DefaultProperty.ToString());
        Assert.NotNull(schema.Properties["brokers"].Properties["ports"].DefaultProperty);
    }

    [Fact]
    public void A_cluster_survives_the_way_to_JSON_and_back()
    {
        var cluster = new RocketCluster { Metadata = new V1ObjectMeta { Name = "demo" } };
        cluster.Spec.Brokers.Replication = Durability.Sync;
        cluster.Status.Phase = ClusterPhase.WaitingForUser;

        var json = KubernetesJson.Serialize(cluster);
        var read = KubernetesJson.Deserialize<RocketCluster>(json);

        Assert.Contains("\"phase\":\"WaitingForUser\"", json);
        Assert.DoesNotContain("clusterName", json);
        Assert.Equal(Durability.Sync, read.Spec.Brokers.Replication);
        Assert.Equal(json, KubernetesJson.Serialize(read));
    }

    private static V1JSONSchemaProps Schema(string file) =>
        KubernetesYaml.Deserialize<V1CustomResourceDefinition>(CrdFiles.All()[file]).Spec.Versions[0].Schema.OpenAPIV3Schema;

    private static IEnumerable<string> Undescribed(string path, V1JSONSchemaProps schema) =>
        (schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>())
            .Where(field => !path.EndsWith("conditions", StringComparison.Ordinal) && !path.EndsWith("resources", StringComparison.Ordinal))
            .SelectMany(field => (string.IsNullOrEmpty(field.Value.Description) ? new[] { $"{path}.{field.Key}" } : [])
                .Concat(Undescribed($"{path}.{field.Key}", field.Value)));

    private static IEnumerable<string> Unbounded(string path, V1JSONSchemaProps schema) =>
        (schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>()).SelectMany(field =>
            (field.Value.Type == "array" && field.Value.MaxItems is null
                || field.Value.AdditionalProperties is not null && field.Value.MaxProperties is null
                    ? new[] { $"{path}.{field.Key}" }
                    : []).Concat(Unbounded($"{path}.{field.Key}", field.Value)));
}
