using System.Net;
using Rocketeer.Broker.AccessControl;

namespace Rocketeer.Broker.Tests.AccessControl;

public sealed class AddressPatternTests
{
    [Theory]
    [InlineData("", "10.1.2.3", false)]
    [InlineData("  ", "10.1.2.3", false)]
    [InlineData(null, "10.1.2.3", false)]
    [InlineData("*", "10.1.2.3", true)]
    [InlineData("*", "fe80::1", true)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.33", false)]
    [InlineData("10.1.2.{3,4}", "10.1.2.4", true)]
    [InlineData("10.1.2.{3,4}", "10.1.2.5", false)]
    [InlineData("10.1.2.{3, 4}", "10.1.2.4", true)]
    [InlineData("10.1.2.3,10.9.9.9", "10.9.9.9", true)]
    [InlineData("10.1.2.3, 10.9.9.9", "10.9.9.9", true)]
    [InlineData("10.1.2.3,10.9.9.9", "10.9.9.8", false)]
    [InlineData("10.10.103.*", "10.10.103.0", true)]
    [InlineData("10.10.103.*", "10.10.103.255", true)]
    [InlineData("10.10.103.*", "10.10.104.1", false)]
    [InlineData("10.10.103.10-20", "10.10.103.10", true)]
    [InlineData("10.10.103.10-20", "10.10.103.20", true)]
    [InlineData("10.10.103.10-20", "10.10.103.9", false)]
    [InlineData("10.10.103.10-20", "10.10.103.21", false)]
    [InlineData("10.10.*.*", "10.10.7.9", true)]
    [InlineData("10.10.*.*", "10.11.7.9", false)]
    [InlineData("10.10.5-7.*", "10.10.6.200", true)]
    [InlineData("10.10.5-7.*", "10.10.8.1", false)]
    [InlineData("10.10.5-7.1", "10.10.6.200", true)] // a range in the third octet ignores the fourth
    [InlineData("10.10.0-0.*", "10.10.0.1", true)]
    [InlineData("0.0.0.*", "0.0.0.9", true)]
    [InlineData("fe80::1", "fe80::1", true)]
    [InlineData("fe80::1", "fe80::2", false)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", true)]
    [InlineData("::1,10.1.2.3", "::1", true)]
    [InlineData("10.10.*.*", "a0a::", false)]
    [InlineData("0.0.*.*", "::1", false)]
    public void A_pattern_matches_what_the_original_matches(string? pattern, string address, bool matches) =>
        Assert.Equal(matches, AddressPattern.Parse(pattern).Matches(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.2")]
    [InlineData("10.1.2.256")]
    [InlineData("10.1.2.-3")]
    [InlineData("10.1.2.x")]
    [InlineData("10.1.2.3.4")]
    [InlineData("10.*.2.3")]
    [InlineData("*.*.*.*")]
    [InlineData("10.1.*")]
    [InlineData("10.1.2.20-10")]
    [InlineData("10.1.2.1-2-3")]
    [InlineData("10.1.2-3.{4,5}")]
    [InlineData("10.1.{2,3}")]
    [InlineData("10.1.2.4}")]
    [InlineData("10.1.2.3,10.1.2.*")]
    [InlineData("0x0a.1.2.3")]
    [InlineData("localhost")]
    [InlineData("fe80:::1")]
    [InlineData("fe80::*")]
    public void What_is_no_address_is_refused(string pattern) => Assert.Throws<FormatException>(() => AddressPattern.Parse(pattern));
}
