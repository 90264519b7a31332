using System.Globalization;

namespace Rocketeer.TestKit;

/// <summary>Seed of a random test. A failure prints it; ROCKETEER_TEST_SEED plays it again.</summary>
public static class TestSeed
{
    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable("ROCKETEER_TEST_SEED"), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next();
}
