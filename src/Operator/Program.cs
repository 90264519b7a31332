using Rocketeer.Operator.Crds;

if (args is ["crds", ..])
{
    var root = args.Length > 1 ? args[1] : Directory.GetCurrentDirectory();
    CrdFiles.Write(Path.Combine(root, "deploy", "crds"));
    File.WriteAllText(Path.Combine(root, "docs", "crds.md"), ReferencePage.Markdown());
    return 0;
}

return 1;
