namespace Rocketeer.Architecture.Tests;

/// <summary>References go one way (DESIGN section 3). A new arrow is a decision: it is written here and in ARCHITECTURE.md.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Protocol", [] },
        { "Remoting", ["Protocol"] },
        { "Storage", ["Protocol"] },
        { "Hosting", [] },
        { "Client", ["Protocol", "Remoting"] },
        { "NameServer", ["Protocol", "Remoting", "Hosting"] },
        { "Broker", ["Protocol", "Remoting", "Storage", "Hosting"] },
        { "Operator", ["Client", "Hosting"] },
        { "Cli", ["Client"] },
        { "DevCluster", ["Hosting", "Client"] },
    };

    [Theory, MemberData(nameof(Allowed))]
    public void A_project_refers_only_to_the_projects_it_may(string project, string[] allowed)
    {
        var (projects, _) = RepositoryTree.ReferencesOf(project);

        Assert.Empty(projects.Except(allowed));
    }

    [Fact]
    public void Every_project_of_src_has_a_row_in_the_table_of_references()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(RepositoryTree.Root, "src")).Select(folder => Path.GetFileName(folder)!);

        Assert.Empty(folders.Except(Allowed.Select(row => row.Data.Item1)));
    }

    [Theory, MemberData(nameof(Allowed))]
    public void Only_Remoting_refers_to_DotNetty(string project, string[] allowed)
    {
        Assert.NotNull(allowed);
        var (_, packages) = RepositoryTree.ReferencesOf(project);

        Assert.True(project == "Remoting" || !packages.Any(package => package.StartsWith("DotNetty", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Allowed))]
    public void Only_Hosting_refers_to_the_exporter_because_libraries_publish_meters(string project, string[] allowed)
    {
        Assert.NotNull(allowed);
        var (_, packages) = RepositoryTree.ReferencesOf(project);

        Assert.True(project == "Hosting" || !packages.Any(package => package.StartsWith("prometheus", StringComparison.Ordinal)));
    }

    [Fact]
    public void Storage_knows_of_the_protocol_only_the_message_record()
    {
        var offenders = RepositoryTree.Files("src/Storage", ".cs")
            .SelectMany(path => RepositoryTree.Lines(path).Select(line => (path, line)))
            .Where(at => at.line.Contains("Rocketeer.Protocol.", StringComparison.Ordinal)
                && !at.line.Contains("Rocketeer.Protocol.Messages", StringComparison.Ordinal)
                && !at.line.Contains("Rocketeer.Protocol.Json", StringComparison.Ordinal));

        Assert.Empty(offenders);
    }

    [Fact]
    public void No_type_of_DotNetty_stands_in_a_public_signature()
    {
        var types = typeof(Remoting.RemotingConnection).Assembly.GetExportedTypes();
        var seen = types.SelectMany(type => type.GetMembers().SelectMany(TypesIn).Append(type.BaseType).Concat(type.GetInterfaces()));

        Assert.DoesNotContain(seen, type => type?.Namespace?.StartsWith("DotNetty", StringComparison.Ordinal) == true);
    }

    private static IEnumerable<Type?> TypesIn(System.Reflection.MemberInfo member) => member switch
    {
        System.Reflection.MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).Cast<Type?>(),
        System.Reflection.ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).Cast<Type?>(),
        System.Reflection.PropertyInfo property => [property.PropertyType],
        System.Reflection.FieldInfo field => [field.FieldType],
        System.Reflection.EventInfo @event => [@event.EventHandlerType],
        _ => [],
    };
}
