using System.Text;
using Rocketeer.Hosting.Configuration;

namespace Rocketeer.Hosting.Tests;

public sealed class PropertyBinderTests
{
    private readonly SampleOptions _options = new();

    private static PropertySet Set(string text) => PropertyFile.Parse(Encoding.UTF8.GetBytes(text), "broker.conf");

    [Fact]
    public void Values_of_every_type_are_bound()
    {
        var warnings = new PropertyBinder(_options).Apply(
            Set("listenPort= 9876 \nmaxBytes=5000000000\nratio=0.25\nenabled=TRUE\nname=a b \nrole=SYNC_MASTER"));

        Assert.Empty(warnings);
        Assert.Equal(9876, _options.ListenPort);
        Assert.Equal(5_000_000_000, _options.MaxBytes);
        Assert.Equal(0.25, _options.Ratio);
        Assert.True(_options.Enabled);
        Assert.Equal("a b ", _options.Name);
        Assert.Equal(SampleRole.SyncMaster, _options.Role);
    }

    [Theory]
    [InlineData("listenPort=abc", "broker.conf: listenPort=abc is not allowed; listenPort takes a whole number from 0 to 65535.")]
    [InlineData("listenPort=70000", "broker.conf: listenPort=70000 is not allowed; listenPort takes a whole number from 0 to 65535.")]
    [InlineData("maxBytes=-1", "broker.conf: maxBytes=-1 is not allowed; maxBytes takes a whole number not below 0.")]
    [InlineData("ratio=NaN", "broker.conf: ratio=NaN is not allowed; ratio takes a number.")]
    [InlineData("enabled=yes", "broker.conf: enabled=yes is not allowed; enabled takes true or false.")]
    [InlineData("role=1", "broker.conf: role=1 is not allowed; role takes one of ASYNC_MASTER, SYNC_MASTER, SLAVE.")]
    public void A_value_that_does_not_parse_names_place_key_value_and_what_is_allowed(string text, string message)
    {
        var exception = Assert.Throws<ConfigurationException>(() => new PropertyBinder(_options).Apply(Set("name=x\n" + text)));

        Assert.Equal(message, exception.Message);
        Assert.Null(_options.Name);
    }

    [Fact]
    public void Unknown_keys_are_reported_kept_and_listed()
    {
        var binder = new PropertyBinder(_options);

        var warnings = binder.Apply(Set("listenport=1\nfancy=2"));

        Assert.Equal(
            ["broker.conf: unknown key 'listenport' is ignored (did you mean 'listenPort'?).", "broker.conf: unknown key 'fancy' is ignored."],
            warnings);
        Assert.Contains("fancy=2\n", binder.Format());
    }

    [Fact]
    public void Effective_values_are_listed_without_those_that_are_not_set() =>
        Assert.Equal(
            "listenPort=10911\nmaxBytes=0\nratio=1.0\nenabled=false\nrole=ASYNC_MASTER\n",
            new PropertyBinder(_options).Format());

    [Fact]
    public void Important_values_are_listed_alone() =>
        Assert.Equal("listenPort=10911\n", new PropertyBinder(_options).Format(importantOnly: true));

    [Fact]
    public void An_update_tells_what_changed_and_what_is_unknown()
    {
        var update = new PropertyBinder(_options).Update(Set("listenPort=10911\nname=n\nstrange=1"));

        Assert.Equal(["name"], update.Changed);
        Assert.Equal(["strange"], update.Unknown);
        Assert.Empty(update.Invalid);
        Assert.Equal("n", _options.Name);
    }

    [Fact]
    public void An_update_with_a_bad_value_changes_nothing()
    {
        var update = new PropertyBinder(_options).Update(Set("name=n\nlistenPort=x"));

        Assert.Empty(update.Changed);
        Assert.Equal(["listenPort=x is not allowed; listenPort takes a whole number from 0 to 65535."], update.Invalid);
        Assert.Null(_options.Name);
    }

    [Fact]
    public void A_key_of_two_objects_sets_both()
    {
        var other = new SampleOptions();

        new PropertyBinder(_options, other).Apply(Set("listenPort=7"));

        Assert.Equal((7, 7), (_options.ListenPort, other.ListenPort));
    }

    internal enum SampleRole
    {
        AsyncMaster,
        SyncMaster,
        Slave,
    }

    internal sealed class SampleOptions
    {
        [PropertyKey("listenPort", Min = 0, Max = 65535, Important = true)]
        public int ListenPort { get; set; } = 10911;

        [PropertyKey("maxBytes", Min = 0)]
        public long MaxBytes { get; set; }

        [PropertyKey("ratio")]
        public double Ratio { get; set; } = 1;

        [PropertyKey("enabled")]
        public bool Enabled { get; set; }

        [PropertyKey("name")]
        public string? Name { get; set; }

        [PropertyKey("role")]
        public SampleRole Role { get; set; }

        public int NotConfigurable { get; set; }
    }
}
