using System.Globalization;
using System.Reflection;
using System.Text;

namespace Rocketeer.Hosting.Configuration;

/// <summary>One configurable property of one options object.</summary>
internal sealed class BoundProperty
{
    private readonly object _owner;
    private readonly PropertyInfo _property;
    private readonly PropertyKeyAttribute _attribute;
    private readonly Type _type;

    public BoundProperty(object owner, PropertyInfo property, PropertyKeyAttribute attribute)
    {
        _owner = owner;
        _property = property;
        _attribute = attribute;
        ReadAtStart = (property.GetCustomAttribute<ReadAtStartAttribute>() ?? owner.GetType().GetCustomAttribute<ReadAtStartAttribute>())
            is { ReadAtStart: true };
        _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (!_type.IsEnum && Type.GetTypeCode(_type) is not (TypeCode.Int32 or TypeCode.Int64 or TypeCode.Double or TypeCode.Boolean or TypeCode.String))
        {
            throw new NotSupportedException($"{property.DeclaringType}.{property.Name} has a type that property files cannot hold.");
        }
    }

    public string Key => _attribute.Key;

    public bool Secret => _attribute.Secret;

    public bool Important => _attribute.Important;

    /// <summary>True when a new value counts from the next start on.</summary>
    public bool ReadAtStart { get; }

    public object? Current => _property.GetValue(_owner);

    /// <summary>The value as property files write it; <see langword="null"/> when it is not set.</summary>
    public string? Text => Current switch
    {
        null => null,
        bool value => value ? "true" : "false",
        double value => FormatDouble(value),
        Enum value => EnumText(value.ToString()),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>What may be written after the equals sign.</summary>
    public string Allowed => _type.IsEnum
        ? "one of " + string.Join(", ", Enum.GetNames(_type).Select(EnumText))
        : Type.GetTypeCode(_type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 => "a whole number" + Range(int.MinValue, int.MaxValue),
            TypeCode.Int64 => "a whole number" + Range(long.MinValue, long.MaxValue),
            TypeCode.Double => "a number" + Range(double.NegativeInfinity, double.PositiveInfinity),
            _ => "any text",
        };

    public bool TryParse(string text, out object value)
    {
        var trimmed = text.Trim();
        if (_type.IsEnum)
        {
            return TryParseEnum(trimmed, out value);
        }

        switch (Type.GetTypeCode(_type))
        {
            case TypeCode.Boolean:
                var isBoolean = bool.TryParse(trimmed, out var flag);
                value = flag;
                return isBoolean;
            case TypeCode.Int32:
                var isInt = int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
                value = number;
                return isInt && InRange(number);
            case TypeCode.Int64:
                var isLong = long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wide);
                value = wide;
                return isLong && InRange(wide);
            case TypeCode.Double:
                var isDouble = double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var real);
                value = real;
                return isDouble && double.IsFinite(real) && InRange(real);
            default:
                value = text;
                return true;
        }
    }

    public void Set(object? value) => _property.SetValue(_owner, value);

    private bool TryParseEnum(string text, out object value)
    {
        foreach (var name in Enum.GetNames(_type))
        {
            if (string.Equals(EnumText(name), text, StringComparison.OrdinalIgnoreCase)
                || string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                value = Enum.Parse(_type, name);
                return true;
            }
        }

        value = text;
        return false;
    }

    private bool InRange(double number) => number >= _attribute.Min && number <= _attribute.Max;

    private string Range(double least, double greatest)
    {
        var hasMin = _attribute.Min > least;
        var hasMax = _attribute.Max < greatest;
        return (hasMin, hasMax) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {_attribute.Min} to {_attribute.Max}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $" not below {_attribute.Min}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $" not above {_attribute.Max}"),
            _ => "",
        };
    }

    /// <summary>Java always writes a fraction.</summary>
    private static string FormatDouble(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E', 'N') ? text : text + ".0";
    }

    /// <summary>The original's spelling of an enum value: <c>AsyncMaster</c> is <c>ASYNC_MASTER</c>.</summary>
    private static string EnumText(string name)
    {
        if (name.Contains('_', StringComparison.Ordinal))
        {
            return name.ToUpperInvariant();
        }

        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }
}
