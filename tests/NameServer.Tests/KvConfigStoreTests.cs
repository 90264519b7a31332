using Rocketeer.NameServer.Kv;
using Rocketeer.TestKit;

namespace Rocketeer.NameServer.Tests;

public sealed class KvConfigStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["namesrv", "kvConfig.json"];

    [Fact]
    public void The_file_has_the_originals_bytes()
    {
        Open().Put("ORDER_TOPIC_CONFIG", "TopicA", "broker-a:4");

        Assert.Equal("""{"configTable":{"ORDER_TOPIC_CONFIG":{"TopicA":"broker-a:4"}}}""", File.ReadAllText(Path));
    }

    [Fact]
    public void Values_survive_a_restart()
    {
        var store = Open();
        store.Put("größe", "k\"1\"", "a\nb\u0001漢字");
        store.Put("n", "k", "1");
        store.Put("n", "k", "2");

        var again = Open();

        Assert.Equal("a\nb\u0001漢字", again.Find("größe", "k\"1\""));
        Assert.Equal("2", again.Find("n", "k"));
        Assert.Null(again.Find("n", "other"));
        Assert.Null(again.FindNamespace("other"));
    }

    [Fact]
    public void Deleting_the_last_key_leaves_an_empty_namespace()
    {
        var store = Open();
        store.Put("n", "k", "v");
        store.Delete("n", "k");
        store.Delete("n", "k");
        store.Delete("other", "k");

        Assert.Empty(store.FindNamespace("n")!);
        Assert.Equal("""{"configTable":{"n":{}}}""", File.ReadAllText(Path));
        Assert.Empty(Open().FindNamespace("n")!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"configTable":{"n":{"k":"v""")]
    public void A_half_written_file_is_replaced_by_its_backup(string content)
    {
        var store = Open();
        store.Put("n", "k", "before");
        store.Put("n", "k", "after");
        File.WriteAllText(Path, content);

        var again = KvConfigStore.Open(Path, out var fromBackup);

        Assert.True(fromBackup);
        Assert.Equal("before", again.Find("n", "k"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"configTable":1}""")]
    [InlineData("""{"configTable":{"n":"v"}}""")]
    public void A_foreign_file_is_refused_with_its_name(string content)
    {
        Directory.CreateDirectory(_directory["namesrv"]);
        File.WriteAllText(Path, content);

        Assert.StartsWith($"{Path} cannot be read (", Assert.Throws<InvalidDataException>(() => Open()).Message);
    }

    [Fact]
    public void A_table_without_namespaces_is_empty()
    {
        Directory.CreateDirectory(_directory["namesrv"]);
        File.WriteAllText(Path, "{}");

        Assert.Null(Open().FindNamespace("n"));
    }

    [Fact]
    public void Names_and_the_whole_are_bounded()
    {
        var store = Open();
        var half = new string('v', KvConfigStore.MaxTotalLength / 2);

        Assert.NotNull(store.Put("", "k", "v"));
        Assert.NotNull(store.Put("n", new string('k', KvConfigStore.MaxNameLength + 1), "v"));
        Assert.Null(store.Put("n", "k", half));
        Assert.Null(store.Put("n", "k", half));
        Assert.Contains("delete entries first", store.Put("n", "k2", half));
        Assert.Null(store.Find("n", "k2"));
    }

    [Fact]
    public void What_cannot_be_stored_is_not_seen()
    {
        var store = Open();
        store.Put("n", "k", "v");
        Directory.CreateDirectory(Path + ".tmp");

        Assert.ThrowsAny<SystemException>(() => store.Put("n", "k", "new"));
        Assert.Equal("v", store.Find("n", "k"));
    }

    public void Dispose() => _directory.Dispose();

    private KvConfigStore Open() => KvConfigStore.Open(Path, out _);
}
