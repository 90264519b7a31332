namespace Rocketeer.Storage;

// A store that is a master no longer (DESIGN.md section 5). Who decides that is the broker's matter.
public sealed partial class MessageStore
{
    /// <summary>Returns when the appends that the role had let in are done; none comes after them. To be called after the role was closed.</summary>
    public void WaitForAppends() => _log.WhileNotAppending(static _ => { });
}
