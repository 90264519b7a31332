using System.Net;
using Rocketeer.Broker.Filtering;
using Rocketeer.Hosting.Configuration;
using Rocketeer.Storage;

namespace Rocketeer.Broker.Configuration;

/// <summary>Checks of the settings that no single key can make.</summary>
internal static class BrokerValidation
{
    /// <summary>Refuses settings that a broker must not start with; sets what follows from others.</summary>
    /// <exception cref="ConfigurationException">One plain sentence.</exception>
    public static void Apply(BrokerOptions options)
    {
        Check(options);
        if (options.Store.BrokerRole != BrokerRole.Slave)
        {
            options.BrokerId = 0;
        }
    }

    /// <summary>Why a broker could not start with these settings, in one sentence; <see langword="null"/> when it could.</summary>
    public static string? FindProblem(BrokerOptions options)
    {
        try
        {
            Check(options);
            return null;
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
    }

    private static void Check(BrokerOptions options)
    {
        Require(options.BrokerName.Length > 0, "brokerName is empty; give the broker group a name.");
        Require(options.BrokerClusterName.Length > 0, "brokerClusterName is empty; give the cluster a name.");
        Require(
            options.Store.BrokerRole != BrokerRole.Slave || options.BrokerId > 0,
            $"brokerRole=SLAVE needs a brokerId above 0, not {options.BrokerId}.");
        var access = options.Access;
        Require(
            (access.AccessKey.Length > 0) == (access.SecretKey.Length > 0),
            "accessKey and secretKey belong together: with them this broker signs its requests to name servers and masters; set both or none.");
        Require(
            options.Network.ListenPort is 0 or > 2,
            $"listenPort={options.Network.ListenPort} leaves no room for the second port, two below it; take one above 2, or 0 for any free one.");
        Require(
            IPAddress.TryParse(options.Network.BindAddress, out _),
            $"bindAddress={options.Network.BindAddress} is not an IP address; 0.0.0.0 means all.");
        NameServers(options);
        var bloom = new BloomFilter(options.Filter.MaxErrorRateOfBloomFilter, options.Filter.ExpectConsumerNumUseFilter);
        Require(
            bloom.Bytes <= IFilterBitmaps.MaxBytes,
            $"maxErrorRateOfBloomFilter={options.Filter.MaxErrorRateOfBloomFilter} and "
            + $"expectConsumerNumUseFilter={options.Filter.ExpectConsumerNumUseFilter} need {bloom.Bytes} bytes for every message, more than "
            + $"{IFilterBitmaps.MaxBytes}; allow more errors or expect fewer consumers.");
        options.Filter.BitMapLengthConsumeQueueExt = bloom.Bits;
        var problems = options.Store.ToStoreOptions().Validate();
        Require(problems.Count == 0, string.Join(' ', problems));
    }

    /// <summary>The addresses of <c>namesrvAddr</c>, each once.</summary>
    /// <exception cref="ConfigurationException">One is not <c>host:port</c>.</exception>
    public static IReadOnlyList<string> NameServers(BrokerOptions options)
    {
        var addresses = options.NamesrvAddr
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var address in addresses)
        {
            var colon = address.LastIndexOf(':');
            Require(
                colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), out var port) && port > 0,
                $"namesrvAddr has '{address}', which is not host:port; separate several with semicolons.");
        }

        return addresses;
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ConfigurationException(sentence);
        }
    }
}
