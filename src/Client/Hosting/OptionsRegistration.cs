using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Rocketeer.Client.Consuming;
using Rocketeer.Client.Producing;
using Rocketeer.Client.Producing.Transactions;

namespace Rocketeer.Client.Hosting;

/// <summary>Registers options: first the configuration, then the code, and a check when the host starts.</summary>
internal static class OptionsRegistration
{
    public static void AddClientOptions(
        this IServiceCollection services, string name, IConfiguration? section, AddedGroups groups, Action<RocketeerClientOptions>? configure)
    {
        services.AddChecked(name, section is null ? null : options => Read(section, options), configure, static options => options.Validate());
        if (section is not null)
        {
            services.AddSingleton<IValidateOptions<RocketeerClientOptions>>(new NamedCheck<RocketeerClientOptions>(name, () => Unclaimed(section, groups)));
        }
    }

    public static void AddProducerOptions(this RocketeerBuilder builder, string group, Action<ProducerOptions>? configure)
    {
        var section = builder.Claim(GroupKind.Producers, group);
        builder.Services.AddChecked(
            builder.KeyOf(group),
            options =>
            {
                options.Group = group;
                Read(section, faults => ReadSending(section!, options, faults));
            },
            configure,
            static options => options.Validate());
    }

    public static void AddTransactionProducerOptions(this RocketeerBuilder builder, string group, Action<TransactionProducerOptions>? configure)
    {
        var section = builder.Claim(GroupKind.TransactionProducers, group);
        builder.Services.AddChecked(
            builder.KeyOf(group),
            options =>
            {
                options.Sending.Group = group;
                Read(section, faults =>
                {
                    ConfigurationReader.Read(section!, options, faults, nameof(options.Sending));
                    ReadSending(section!.GetSection(nameof(options.Sending)), options.Sending, faults);
                });
            },
            configure,
            static options => options.Validate());
    }

    public static void AddConsumerOptions(this RocketeerBuilder builder, string topic, string group, Action<PushConsumerOptions>? configure)
    {
        var section = builder.Claim(GroupKind.Consumers, group);
        var key = builder.KeyOf(group);
        builder.Services.AddChecked(
            key,
            options => Read(section, faults => ConfigurationReader.Read(section!, options, faults)),
            configure,
            static options => options.Validate());
        builder.Services.AddSingleton<IValidateOptions<PushConsumerOptions>>(new NamedCheck<PushConsumerOptions>(
            key, () => new[] { NameRules.FaultOfTopic(topic), NameRules.FaultOfGroup(group) }.OfType<string>()));
    }

    private static void AddChecked<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this IServiceCollection services, string name, Action<T>? read, Action<T>? configure, Action<T> validate)
        where T : class
    {
        var options = services.AddOptions<T>(name).ValidateOnStart();
        foreach (var step in new[] { read, configure }.OfType<Action<T>>())
        {
            options.Configure(step);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<T>>(new OptionsCheck<T>(validate)));
    }

    private static void Read(IConfiguration section, RocketeerClientOptions options) => Read(section, faults =>
    {
        string[] kinds = Enum.GetNames<GroupKind>();
        ConfigurationReader.Read(section, options, faults, [nameof(options.Credentials), nameof(options.Tls), .. kinds]);
        ConfigurationReader.Read(section.GetSection(nameof(options.Tls)), options.Tls, faults);
        if (section.GetSection(nameof(options.Credentials)) is var account && account.Exists())
        {
            ConfigurationReader.Read(account, options.Credentials ??= new Credentials(), faults);
        }
    });

    private static void ReadSending(IConfigurationSection section, ProducerOptions options, List<string> faults)
    {
        ConfigurationReader.Read(section, options, faults, nameof(ProducerOptions.Group));
        if (section[nameof(ProducerOptions.Group)] is not null)
        {
            faults.Add($"{section.Path}:{nameof(ProducerOptions.Group)} cannot be set by configuration; the group is the name of its section.");
        }
    }

    /// <summary>Reads, and throws what is wrong as the checks do, so that a host that does not start tells all of it.</summary>
    private static void Read(IConfiguration? section, Action<List<string>> read)
    {
        if (section is null)
        {
            return;
        }

        var faults = new List<string>();
        read(faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException("configuration", typeof(RocketeerClientOptions), faults);
        }
    }

    /// <summary>Settings of producers and consumers that nobody added have no effect, which somebody who wrote them would not expect.</summary>
    private static IEnumerable<string> Unclaimed(IConfiguration section, AddedGroups groups)
    {
        foreach (var kind in Enum.GetValues<GroupKind>())
        {
            var added = groups.Of(kind);
            foreach (var written in section.GetSection(kind.ToString()).GetChildren())
            {
                if (!added.Contains(written.Key, StringComparer.OrdinalIgnoreCase))
                {
                    yield return $"{written.Path} is for a group that was not added ({(added.Count == 0 ? "none was" : string.Join(", ", added))}); correct its name or remove it.";
                }
            }
        }
    }

    private sealed class OptionsCheck<T>(Action<T> validate) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            try
            {
                validate(options);
                return ValidateOptionsResult.Success;
            }
            catch (OptionsValidationException faults)
            {
                return ValidateOptionsResult.Fail(faults.Failures);
            }
        }
    }

    /// <summary>Checks what belongs to options of one name without being in them.</summary>
    private sealed class NamedCheck<T>(string name, Func<IEnumerable<string>> faults) : IValidateOptions<T>
        where T : class
    {
        private readonly string _name = name;

        public ValidateOptionsResult Validate(string? name, T options)
        {
            if (name != _name)
            {
                return ValidateOptionsResult.Skip;
            }

            var found = faults().ToList();
            return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
        }
    }
}
