namespace Rocketeer.Operator.Abstractions;

// The attributes that a CRD is generated from, named as KubeOps names them (ADR 0003). Defaults are not an attribute: they are the values
// of a new instance, so that the controller and the API server cannot disagree.

/// <summary>Text of <c>description</c> in the schema and in the reference page.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Enum)]
internal sealed class DescriptionAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

/// <summary>The field must be there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RequiredAttribute : Attribute;

/// <summary>An RE2 pattern of a string.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PatternAttribute(string expression) : Attribute
{
    public string Expression { get; } = expression;
}

/// <summary>Least and greatest length of a string.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LengthAttribute(int minimum, int maximum) : Attribute
{
    public int Minimum { get; } = minimum;

    public int Maximum { get; } = maximum;
}

/// <summary>Least value of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeMinimumAttribute(long minimum) : Attribute
{
    public long Minimum { get; } = minimum;
}

/// <summary>Greatest value of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeMaximumAttribute(long maximum) : Attribute
{
    public long Maximum { get; } = maximum;
}

/// <summary>Greatest number of items of a list, and the fields that identify one (none: the list is replaced as a whole).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(int maximum) : Attribute
{
    public int Maximum { get; } = maximum;

    /// <summary>Keys of <c>x-kubernetes-list-type: map</c>.</summary>
    public string[] MapKeys { get; init; } = [];

    /// <summary>True for <c>x-kubernetes-list-type: set</c>.</summary>
    public bool Set { get; init; }

    /// <summary>Pattern of the items, when they are strings.</summary>
    public string? Pattern { get; init; }
}

/// <summary>Greatest number of entries of a map.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PropertyLimitsAttribute(int maximum) : Attribute
{
    public int Maximum { get; } = maximum;
}

/// <summary>An object of Kubernetes whose own schema is not repeated here; the API server of the child object checks it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PreserveUnknownFieldsAttribute : Attribute;

/// <summary>A rule in CEL (<c>x-kubernetes-validations</c>) with the sentence that a person sees.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, AllowMultiple = true)]
internal sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    public string Rule { get; } = rule;

    public string Message { get; } = message;
}

/// <summary>A column of <c>kubectl get</c>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    public string JsonPath { get; } = jsonPath;

    public string Name { get; } = name;

    public string Type { get; } = type;

    public string? Description { get; init; }

    /// <summary>0 always, 1 with <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}

/// <summary>Short names of a kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KubernetesEntityShortNamesAttribute(params string[] shortNames) : Attribute
{
    public string[] ShortNames { get; } = shortNames;
}

/// <summary>The scale subresource of a kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ScaleSubresourceAttribute(string specPath, string statusPath, string selectorPath) : Attribute
{
    public string SpecPath { get; } = specPath;

    public string StatusPath { get; } = statusPath;

    public string SelectorPath { get; } = selectorPath;
}
