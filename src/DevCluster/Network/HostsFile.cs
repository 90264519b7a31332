using System.Text;
using System.Text.Json.Nodes;
using Rocketeer.DevCluster.Workloads;

namespace Rocketeer.DevCluster.Network;

/// <summary>
/// The names that a cluster's DNS would know, as a file in the form of hosts(5) that Rocketeer's processes read through
/// <c>ROCKETEER_HOSTS</c>: <c>service.ns</c>, <c>service.ns.svc</c> and <c>service.ns.svc.cluster.local</c>, and the same for each pod of a
/// headless Service with the pod's host name before it.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class HostsFile(string path)
{
    private string? _written;

    /// <summary>Writes the names as they are now; in one step, and only when they have changed.</summary>
    public void Write(IEnumerable<JsonObject> services, Func<JsonObject, IEnumerable<JsonObject>> podsOf)
    {
        var text = new StringBuilder();
        foreach (var service in services)
        {
            var address = service["spec"]?["clusterIP"]?.ToString();
            if (address != "None")
            {
                Append(text, address, service.Name(), service);
                continue;
            }

            foreach (var pod in podsOf(service))
            {
                var ip = pod["status"]?["podIP"]?.ToString();
                Append(text, ip, service.Name(), service);
                if (pod["spec"]?["subdomain"]?.ToString() == service.Name())
                {
                    Append(text, ip, $"{pod["spec"]!["hostname"]?.ToString() ?? pod.Name()}.{service.Name()}", service);
                }
            }
        }

        var wanted = text.ToString();
        if (wanted != _written)
        {
            File.WriteAllText(path + ".new", wanted);
            File.Move(path + ".new", path, overwrite: true);
            _written = wanted;
        }
    }

    private static void Append(StringBuilder text, string? address, string name, JsonObject service)
    {
        var full = $"{name}.{service.Key().Namespace}";
        text.Append(address).Append(' ').Append(full).Append(' ').Append(full).Append(".svc ").Append(full).Append(".svc.cluster.local\n");
    }
}
