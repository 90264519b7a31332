using Rocketeer.Protocol.Codec;

namespace Rocketeer.Protocol.Headers;

/// <summary>Request 302: hands a filter class to a filter server. No process of 4.4.0 answers it.</summary>
public readonly record struct RegisterMessageFilterClassRequestHeader : ICommandHeader<RegisterMessageFilterClassRequestHeader>
{
    /// <summary>Consumer group.</summary>
    public required string ConsumerGroup { get; init; }

    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Name of the filter class.</summary>
    public required string ClassName { get; init; }

    /// <summary>Checksum of its source.</summary>
    public required int ClassCRC { get; init; }

    /// <inheritdoc/>
    public static RegisterMessageFilterClassRequestHeader Read(ref ExtFieldReader fields)
    {
        string? consumerGroup = null;
        string? topic = null;
        string? className = null;
        int? classCRC = null;
        while (fields.Read())
        {
            if (fields.Name.SequenceEqual("consumerGroup"u8))
            {
                consumerGroup = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("topic"u8))
            {
                topic = fields.GetName();
            }
            else if (fields.Name.SequenceEqual("className"u8))
            {
                className = fields.GetString();
            }
            else if (fields.Name.SequenceEqual("classCRC"u8))
            {
                classCRC = fields.GetInt32OrNull();
            }
        }

        return new RegisterMessageFilterClassRequestHeader
        {
            ConsumerGroup = HeaderField.Required(consumerGroup, nameof(RegisterMessageFilterClassRequestHeader), "consumerGroup"),
            Topic = HeaderField.Required(topic, nameof(RegisterMessageFilterClassRequestHeader), "topic"),
            ClassName = HeaderField.Required(className, nameof(RegisterMessageFilterClassRequestHeader), "className"),
            ClassCRC = HeaderField.Required(classCRC, nameof(RegisterMessageFilterClassRequestHeader), "classCRC"),
        };
    }

    /// <inheritdoc/>
    public void WriteTo<TWriter>(ref TWriter writer)
        where TWriter : struct, IExtFieldWriter, allows ref struct
    {
        writer.Write("consumerGroup"u8, ConsumerGroup);
        writer.Write("topic"u8, Topic);
        writer.Write("className"u8, ClassName);
        writer.Write("classCRC"u8, ClassCRC);
    }
}
