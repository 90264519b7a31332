using System.Collections.Frozen;
using System.Net;

namespace Rocketeer.Broker.AccessControl;

/// <summary>What the file says. Immutable: a changed file makes new rules.</summary>
internal sealed class AclRules(IReadOnlyList<AddressPattern> whiteAddresses, IReadOnlyCollection<Account> accounts)
{
    private readonly AddressPattern[] _whiteAddresses = [.. whiteAddresses];
    private readonly FrozenDictionary<string, Account> _accounts = accounts.ToFrozenDictionary(account => account.AccessKey, StringComparer.Ordinal);

    /// <summary>How many accounts there are.</summary>
    public int AccountCount => _accounts.Count;

    /// <summary>How many patterns of trusted addresses there are.</summary>
    public int WhiteAddressCount => _whiteAddresses.Length;

    /// <summary>Whether everything from an address is allowed.</summary>
    public bool Trusts(IPAddress address)
    {
        foreach (var pattern in _whiteAddresses)
        {
            if (pattern.Matches(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The account of an access key.</summary>
    public Account? Find(string accessKey) => _accounts.GetValueOrDefault(accessKey);
}
