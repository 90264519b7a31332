using System.Text;
using Rocketeer.Hosting.Configuration;
using Rocketeer.TestKit;

namespace Rocketeer.Hosting.Tests;

public sealed class PropertyFileTests
{
    private static PropertySet Parse(string text) => PropertyFile.Parse(Encoding.UTF8.GetBytes(text), "test.conf");

    [Theory]
    [InlineData("listenPort=9876", "listenPort", "9876")]
    [InlineData("  listenPort = 9876", "listenPort", "9876")]
    [InlineData("listenPort:9876", "listenPort", "9876")]
    [InlineData("listenPort 9876", "listenPort", "9876")]
    [InlineData("listenPort\t:\t9876 ", "listenPort", "9876 ")]
    [InlineData("k=a=b:c", "k", "a=b:c")]
    [InlineData("k=", "k", "")]
    [InlineData("k\\ 1\\=x=v", "k 1=x", "v")]
    [InlineData("k=caf\\u00e9\\n\\t\\\\", "k", "café\n\t\\")]
    [InlineData("k=größe", "k", "größe")]
    [InlineData("k=one,\\\n    two,\\\r\n  three", "k", "one,two,three")]
    [InlineData("\uFEFFk=v", "k", "v")]
    [InlineData("k=v#no comment", "k", "v#no comment")]
    public void A_line_is_a_key_and_a_value(string text, string key, string value)
    {
        var properties = Parse(text);

        Assert.Equal(1, properties.Count);
        Assert.Equal(value, properties[key]);
    }

    [Fact]
    public void Comments_and_empty_lines_say_nothing_and_the_last_value_wins()
    {
        var properties = Parse("# c1\n! c2\r\n\r\n   # c3 \\\na=1\n\n b = 2\r a=3");

        Assert.Equal([new("a", "3"), new("b", "2")], properties.Entries);
    }

    [Theory]
    [InlineData("a=1\nlistenPo", "test.conf, line 2: 'listenPo' has no value; write listenPo=value, or listenPo= for an empty one.")]
    [InlineData("=1", "test.conf, line 1: a value without a key; write key=value.")]
    [InlineData("a=1\n\n#x\nb=\\u12g4", "test.conf, line 4: \\u must be followed by four hexadecimal digits; write a backslash as \\\\.")]
    [InlineData("a=1\\", "test.conf, line 1: the text ends in a backslash, so the line that it continues on is missing.")]
    [InlineData("a=1\nb=\0\0\0", "test.conf, line 2: zero bytes instead of text; the file was only half written, restore it.")]
    public void A_mistake_is_one_sentence_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Parse(text)).Message);

    [Fact]
    public void Bytes_that_are_not_text_are_refused() =>
        Assert.StartsWith("x is not UTF-8 text", Assert.Throws<ConfigurationException>(() => PropertyFile.Parse([0x61, 0x3d, 0xff], "x")).Message);

    [Fact]
    public void A_huge_file_is_refused_before_it_is_read()
    {
        using var directory = new TempDirectory();
        using (var file = File.Create(directory["big"]))
        {
            file.SetLength(20L << 30);
        }

        Assert.Contains("at most 1048576", Assert.Throws<ConfigurationException>(() => PropertyFile.Read(directory["big"])).Message);
    }

    [Fact]
    public void A_missing_file_or_a_directory_is_one_sentence()
    {
        using var directory = new TempDirectory();

        Assert.Contains("does not exist", Assert.Throws<ConfigurationException>(() => PropertyFile.Read(directory["none"])).Message);
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(() => PropertyFile.Read(directory.Path)).Message);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        KeyValuePair<string, string>[] entries =
            [new("a", " lead"), new("b:=# c", "x\\y\nz\r\t\f"), new("c", "größe 漢字"), new("d", ""), new("e", "1=2:3 # 4")];

        Assert.Equal(entries, Parse(PropertyFile.Format(entries)).Entries);
    }
}
