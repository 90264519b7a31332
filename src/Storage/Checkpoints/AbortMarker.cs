namespace Rocketeer.Storage.Checkpoints;

/// <summary>
/// The file <c>abort</c>: there while a store runs, so that its presence at opening means the store was not closed (store.md section 12).
/// </summary>
internal sealed class AbortMarker(string path)
{
    /// <summary>True when the store was not closed.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Marks the store as running.</summary>
    public void Create()
    {
        if (!Exists)
        {
            File.WriteAllBytes(path, []);
        }
    }

    /// <summary>Marks the store as closed.</summary>
    public void Delete() => File.Delete(path);
}
