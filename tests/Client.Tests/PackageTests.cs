using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Rocketeer.TestKit;

namespace Rocketeer.Client.Tests;

/// <summary>Packs what was built for these tests, and looks into the packages.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task One_command_packs_the_client_and_what_it_needs_with_documentation_symbols_readme_and_icon()
    {
        using var directory = new TempDirectory();
        await PackAsync(directory.Path);

        foreach (var name in (string[])["Rocketeer.Client", "Rocketeer.Remoting", "Rocketeer.Protocol"])
        {
            using var package = Open(directory.Path, name, "nupkg");
            using var symbols = Open(directory.Path, name, "snupkg");
            var files = package.Entries.Select(entry => entry.FullName).ToHashSet();
            Assert.Superset(new HashSet<string> { "README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", $"{name}.nuspec" }, files);
            Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{name}.pdb");
            Assert.True(IsDeterministic(package.GetEntry($"lib/net10.0/{name}.dll")!), $"{name}.dll was not built deterministically");
        }

        using var client = Open(directory.Path, "Rocketeer.Client", "nupkg");
        var nuspec = XDocument.Load(client.GetEntry("Rocketeer.Client.nuspec")!.Open());
        var dependencies = nuspec.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!);
        Assert.Superset(new HashSet<string> { "Rocketeer.Protocol", "Rocketeer.Remoting" }, dependencies.ToHashSet());
        using var remoting = Open(directory.Path, "Rocketeer.Remoting", "nupkg");
        Assert.NotNull(remoting.GetEntry("buildTransitive/Rocketeer.Remoting.targets"));   // what keeps DotNetty whole when an application is trimmed
    }

    private static ZipArchive Open(string folder, string name, string extension) =>
        ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, $"{name}.*.{extension}"), path => Path.GetExtension(path) == "." + extension));

    private static bool IsDeterministic(ZipArchiveEntry assembly)
    {
        using var content = new MemoryStream();
        using (var packed = assembly.Open())
        {
            packed.CopyTo(content);
        }

        content.Position = 0;
        using var reader = new PEReader(content);
        return reader.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible);
    }

    private static async Task PackAsync(string output)
    {
        // tests/Client.Tests/bin/<configuration>/net10.0/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var project = Path.Combine(own.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "src", "Client");
        var start = new ProcessStartInfo("dotnet", ["pack", project, "--no-build", "--nologo", "-c", own.Parent.Name, "-o", output])
        {
            RedirectStandardOutput = true,
        };
        using var pack = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var told = await pack.StandardOutput.ReadToEndAsync(patience.Token);
        await pack.WaitForExitAsync(patience.Token);
        Assert.True(pack.ExitCode == 0, told);
    }
}
