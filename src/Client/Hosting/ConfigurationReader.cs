using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Rocketeer.Client.Consuming.Allocation;

namespace Rocketeer.Client.Hosting;

/// <summary>
/// Sets options from a section of a configuration. Unlike the binder of the framework it reports every mistake and every key that is no
/// setting, takes no number for a time, and needs no code that trimming would remove.
/// </summary>
internal static class ConfigurationReader
{
    /// <summary>Sets the public properties that the section names.</summary>
    /// <param name="section">Section; one that does not exist changes nothing.</param>
    /// <param name="target">What is set.</param>
    /// <param name="faults">Gets one sentence per mistake.</param>
    /// <param name="elsewhere">Keys that somebody else reads; they are passed over.</param>
    public static void Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IConfiguration section, T target, List<string> faults, params string[] elsewhere)
        where T : class
    {
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var setting in section.GetChildren())
        {
            if (elsewhere.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (Array.Find(properties, known => known.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                faults.Add($"{setting.Path} is no setting; correct its name or remove it.");
            }
            else if (property.GetValue(target) is IList<string> list)
            {
                Fill(list, setting);
            }
            else if (property.SetMethod?.IsPublic != true || Kind(property.PropertyType) is not { } kind)
            {
                faults.Add($"{setting.Path} cannot be set by configuration; set it in code.");
            }
            else if (!TryParse(property.PropertyType, Text(setting), out var value))
            {
                faults.Add($"{setting.Path} is '{setting.Value}'; give {kind}.");
            }
            else
            {
                property.SetValue(target, value);
            }
        }
    }

    private static void Fill(IList<string> list, IConfigurationSection setting)
    {
        list.Clear();
        foreach (var item in setting.GetChildren())
        {
            list.Add(item.Value ?? "");
        }
    }

    /// <summary>A list of values stands for the text that has them separated by semicolons, as name servers are written.</summary>
    private static string? Text(IConfigurationSection setting) =>
        setting.Value ?? (setting.GetChildren().Select(child => child.Value).ToArray() is { Length: > 0 } items ? string.Join(';', items) : null);

    /// <summary>What a value of the type looks like, for people; null for types that no text stands for.</summary>
    private static string? Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : type == typeof(string) ? "a text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) || type == typeof(long) ? "a whole number that is not too big"
            : type == typeof(TimeSpan) ? "a time as hh:mm:ss, for example 00:00:03"
            : type == typeof(DateTimeOffset) ? "a moment as 2026-01-31T12:00:00Z"
            : type == typeof(IQueueAllocation) ? $"{QueueAllocation.Average.Name} or {QueueAllocation.Circle.Name}, or set another rule in code"
            : null;
    }

    private static bool TryParse(Type type, string? text, out object? value)
    {
        var culture = CultureInfo.InvariantCulture;
        value = null;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            if (string.IsNullOrEmpty(text))
            {
                return true;
            }

            type = underlying;
        }

        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        if (type.IsEnum)
        {
            return Enum.TryParse(type, text, ignoreCase: true, out value) && Enum.IsDefined(type, value);
        }

        value = type == typeof(bool) && bool.TryParse(text, out var flag) ? flag
            : type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number) ? number
            : type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var big) ? big
            : type == typeof(TimeSpan) && text?.Contains(':', StringComparison.Ordinal) == true && TimeSpan.TryParse(text, culture, out var time) ? time
            : type == typeof(DateTimeOffset) && DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
            : type == typeof(IQueueAllocation) ? AllocationNamed(text)
            : (object?)null;
        return value is not null;
    }

    private static IQueueAllocation? AllocationNamed(string? name) =>
        new[] { QueueAllocation.Average, QueueAllocation.Circle }
            .FirstOrDefault(rule => string.Equals(rule.Name, name, StringComparison.OrdinalIgnoreCase));
}
