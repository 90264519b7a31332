using System.Text;
using Rocketeer.Client.Calls;
using Rocketeer.Protocol.Bodies;
using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Headers;

namespace Rocketeer.Client.Admin;

/// <content>Brokers and name servers: figures and configuration.</content>
public sealed partial class AdminClient
{
    /// <summary>Figures of a broker by name: version, offsets, rates, disk use.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetBrokerRuntimeAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        (await AskBrokerAsync<KVTable>(brokerAddress, RequestCode.GetBrokerRuntimeInfo, null, cancellationToken).ConfigureAwait(false)).Table;

    /// <summary>Configuration of a broker.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetBrokerConfigAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        ParseProperties(await AskBrokerAsync(brokerAddress, RequestCode.GetBrokerConfig, null, cancellationToken).ConfigureAwait(false));

    /// <summary>Changes the configuration of a broker while it runs.</summary>
    public async Task UpdateBrokerConfigAsync(
        string brokerAddress, IReadOnlyDictionary<string, string> changes, CancellationToken cancellationToken = default) =>
        await AskBrokerAsync(brokerAddress, RequestCode.UpdateBrokerConfig, null, cancellationToken, FormatProperties(changes)).ConfigureAwait(false);

    /// <summary>What a broker is in its group and how far its log reaches. Rocketeer's own; the original's brokers refuse.</summary>
    public Task<BrokerRoleStatus> GetBrokerRoleAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        AskBrokerAsync<BrokerRoleStatus>(brokerAddress, RequestCode.RocketeerGetRole, null, cancellationToken);

    /// <summary>Gives a broker another role while it runs. Rocketeer's own; the original's brokers refuse.</summary>
    /// <param name="brokerAddress"><c>host:port</c>.</param>
    /// <param name="change">The role, and the epoch of this decision, which must not be older than the last one.</param>
    /// <param name="cancellationToken">Ends the wait; a change that began goes on.</param>
    /// <returns>What the broker is now.</returns>
    /// <exception cref="BrokerRejectedException">The broker refused; the remark says why.</exception>
    public async Task<BrokerRoleStatus> ChangeBrokerRoleAsync(
        string brokerAddress, ChangeRoleRequestHeader change, CancellationToken cancellationToken = default) =>
        Answers.BodyOf<BrokerRoleStatus>(
            await AskBrokerAsync(brokerAddress, RequestCode.RocketeerChangeRole, change, cancellationToken).ConfigureAwait(false));

    /// <summary>Configuration of the name server that this client talks to.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetNameServerConfigAsync(CancellationToken cancellationToken = default) =>
        ParseProperties(await AskNameServerAsync(RequestCode.GetNamesrvConfig, null, cancellationToken).ConfigureAwait(false));

    /// <summary>Changes the configuration of every name server while it runs.</summary>
    public Task UpdateNameServerConfigAsync(IReadOnlyDictionary<string, string> changes, CancellationToken cancellationToken = default) =>
        TellNameServersAsync(RequestCode.UpdateNamesrvConfig, null, FormatProperties(changes), cancellationToken);

    /// <summary>Makes all topics of a broker read-only on every name server, until the broker reports a change.</summary>
    /// <returns>Topics that a name server closed; the most of any.</returns>
    public async Task<int> WipeWritePermissionAsync(string brokerName, CancellationToken cancellationToken = default)
    {
        var header = new WipeWritePermOfBrokerRequestHeader { BrokerName = brokerName };
        var answers = await TellNameServersAsync(RequestCode.WipeWritePermOfBroker, header, default, cancellationToken).ConfigureAwait(false);
        return answers.Max(answer => Answers.HeaderOf<WipeWritePermOfBrokerResponseHeader>(answer).WipeTopicCount);
    }

    /// <summary>Stores a value on every name server.</summary>
    public Task PutKvConfigAsync(string @namespace, string key, string value, CancellationToken cancellationToken = default) =>
        TellNameServersAsync(
            RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = @namespace, Key = key, Value = value }, default, cancellationToken);

    /// <summary>A value from a name server; <see langword="null"/> if there is none.</summary>
    public async Task<string?> GetKvConfigAsync(string @namespace, string key, CancellationToken cancellationToken = default)
    {
        try
        {
            var header = new GetKVConfigRequestHeader { Namespace = @namespace, Key = key };
            var answer = await AskNameServerAsync(RequestCode.GetKvConfig, header, cancellationToken).ConfigureAwait(false);
            return Answers.HeaderOf<GetKVConfigResponseHeader>(answer).Value;
        }
        catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.QueryNotFound)
        {
            return null;
        }
    }

    /// <summary>All values of a namespace from a name server; empty if there is no such namespace.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetKvConfigsAsync(string @namespace, CancellationToken cancellationToken = default)
    {
        try
        {
            var header = new GetKVListByNamespaceRequestHeader { Namespace = @namespace };
            return Answers.BodyOf<KVTable>(await AskNameServerAsync(RequestCode.GetKvlistByNamespace, header, cancellationToken).ConfigureAwait(false)).Table;
        }
        catch (BrokerRejectedException none) when (none.ResponseCode == ResponseCode.QueryNotFound)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>Deletes a value from every name server.</summary>
    public Task DeleteKvConfigAsync(string @namespace, string key, CancellationToken cancellationToken = default) =>
        TellNameServersAsync(
            RequestCode.DeleteKvConfig, new DeleteKVConfigRequestHeader { Namespace = @namespace, Key = key }, default, cancellationToken);

    private static Dictionary<string, string> ParseProperties(RemotingCommand answer)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(answer.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            if (separator > 0)
            {
                properties[line[..separator].Trim()] = line[(separator + 1)..].TrimEnd('\r');
            }
        }

        return properties;
    }

    private static byte[] FormatProperties(IReadOnlyDictionary<string, string> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var text = new StringBuilder();
        foreach (var (key, value) in changes)
        {
            // Java's property files give the backslash a meaning.
            text.Append(key).Append('=').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
