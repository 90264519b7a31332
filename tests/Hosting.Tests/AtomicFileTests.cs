using System.Text;
using Rocketeer.TestKit;

namespace Rocketeer.Hosting.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["config/topics.json"];

    [Fact]
    public void Writing_keeps_the_content_before_as_backup()
    {
        AtomicFile.Write(Path, "one"u8);
        AtomicFile.Write(Path, "two"u8);

        Assert.Equal("two", File.ReadAllText(Path));
        Assert.Equal("one", File.ReadAllText(Path + ".bak"));
        Assert.Equal(["topics.json", "topics.json.bak"], Directory.GetFiles(_directory["config"]).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_there_is_nothing_found() => Assert.False(Read().Found);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("broken")]
    public void A_missing_empty_or_broken_file_is_replaced_by_its_backup(string? content)
    {
        AtomicFile.Write(Path + ".bak", "41"u8);
        if (content is not null)
        {
            File.WriteAllText(Path, content);
        }

        var read = Read();

        Assert.Equal((41, true, true), (read.Value, read.Found, read.FromBackup));
    }

    [Fact]
    public void A_good_file_is_read_without_looking_at_the_backup()
    {
        AtomicFile.Write(Path, "42"u8);
        File.WriteAllText(Path + ".bak", "broken");

        var read = Read();

        Assert.Equal((42, true, false), (read.Value, read.Found, read.FromBackup));
    }

    [Fact]
    public void Two_broken_files_are_an_error_that_names_them()
    {
        AtomicFile.Write(Path, "broken"u8);
        AtomicFile.Write(Path, "broken too"u8);

        Assert.Contains($"{Path} cannot be read", Assert.Throws<InvalidDataException>(() => Read()).Message);
    }

    [Fact]
    public void A_refused_write_leaves_the_old_content()
    {
        AtomicFile.Write(Path, "old"u8);
        Directory.CreateDirectory(Path + ".tmp");

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Path, "new"u8));
        Assert.Equal("old", File.ReadAllText(Path));
    }

    public void Dispose() => _directory.Dispose();

    private AtomicFileContent<int> Read() =>
        AtomicFile.Read(Path, bytes => int.Parse(Encoding.UTF8.GetString(bytes), System.Globalization.CultureInfo.InvariantCulture));
}
