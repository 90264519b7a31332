using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 105: asks where a topic lies. An absent topic is one that nobody knows.</summary>
public readonly record struct GetRouteInfoRequestHeader : ICommandHeader<GetRouteInfoRequestHeader>
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <inheritdoc/>
    public static GetRouteInfoRequestHeader Read(ref ExtFieldReader fields)
    {
        string? topic = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
        }

        return new GetRouteInfoRequestHeader
        {
            Topic = topic ?? "",
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("topic"u8, Topic);
    }
}
