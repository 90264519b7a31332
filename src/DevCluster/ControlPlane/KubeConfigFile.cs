namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>The file that kubectl is pointed at.</summary>
internal static class KubeConfigFile
{
    /// <summary>Writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="server">Where the API listens.</param>
    /// <param name="namespace">The namespace that commands mean when they name none.</param>
    public static void Write(string path, Uri server, string @namespace)
    {
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: rocketeer-dev
              cluster:
                server: {server.ToString().TrimEnd('/')}
            contexts:
            - name: rocketeer-dev
              context:
                cluster: rocketeer-dev
                user: developer
                namespace: {@namespace}
            current-context: rocketeer-dev
            users:
            - name: developer
              user: {"{}"}

            """;
        File.WriteAllText(path, text);
    }
}
