using Rocketeer.Protocol.Codec;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Protocol.Headers;

/// <summary>
/// The header of requests 10, 310 and 320 as the broker reads it: names are interned, the properties stay where they are. Reading it
/// allocates nothing. Valid during the call that the command was passed to.
/// </summary>
public ref struct SendMessageRequestView
{
    /// <summary>Queues of an automatically created topic when the producer does not say.</summary>
    public const int DefaultQueueNums = 4;

    private int? _queueId;
    private int? _sysFlag;
    private long? _bornTimestamp;
    private int? _flag;

    /// <summary>True when the fields came under their long names (request 10).</summary>
    public bool HasLongNames { get; private set; }

    /// <summary>Producer group, interned; empty when the producer did not say.</summary>
    public string ProducerGroup { get; private set; }

    /// <summary>Topic name, interned.</summary>
    public string Topic { get; private set; }

    /// <summary>Template topic for automatic creation, interned.</summary>
    public string DefaultTopic { get; private set; }

    /// <summary>Number of queues of an automatically created topic.</summary>
    public int DefaultTopicQueueNums { get; private set; }

    /// <summary>Queue index; a negative one lets the broker choose.</summary>
    public readonly int QueueId => _queueId.GetValueOrDefault();

    /// <summary><see cref="MessageSysFlags"/>.</summary>
    public readonly int SysFlag => _sysFlag.GetValueOrDefault();

    /// <summary>Producer's clock, milliseconds since 1970.</summary>
    public readonly long BornTimestamp => _bornTimestamp.GetValueOrDefault();

    /// <summary>The user's flag.</summary>
    public readonly int Flag => _flag.GetValueOrDefault();

    /// <summary>Properties string in UTF-8 (<see cref="MessageProperties"/>); empty when there is none.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>How often the message was consumed already.</summary>
    public int? ReconsumeTimes { get; private set; }

    /// <summary>True for unit applications.</summary>
    public bool UnitMode { get; private set; }

    /// <summary>How often a message of a retry topic is retried before it is given up.</summary>
    public int? MaxReconsumeTimes { get; private set; }

    /// <summary>True when the body is a batch; this, not the request code, selects batch processing.</summary>
    public bool Batch { get; private set; }

    /// <summary>The properties as a string of their own, when it was asked for.</summary>
    internal string? PropertiesText { get; private set; }

    /// <summary>Reads the header of a command that lies in the receive buffer.</summary>
    /// <exception cref="InvalidHeaderException">Topic, queue, flags or born time are missing or malformed.</exception>
    public static SendMessageRequestView Read(in CommandView command)
    {
        var fields = command.Fields;
        return Read(ref fields, keepProperties: false);
    }

    internal static SendMessageRequestView Read(scoped ref ExtFieldReader fields, bool keepProperties)
    {
        var view = new SendMessageRequestView
        {
            ProducerGroup = "",
            DefaultTopic = TopicNames.AutoCreateTemplate,
            DefaultTopicQueueNums = DefaultQueueNums,
        };
        while (fields.Read())
        {
            var letter = fields.Name.Length == 1 ? fields.Name[0] : LetterOf(fields.Name);
            if (letter is >= (byte)'a' and <= (byte)'m')
            {
                view.HasLongNames |= fields.Name.Length > 1;
                view.Take(letter, ref fields, keepProperties);
            }
        }

        HeaderField.Required(view.Topic, nameof(SendMessageRequestHeader), "topic");
        HeaderField.Required(view._queueId, nameof(SendMessageRequestHeader), "queueId");
        HeaderField.Required(view._sysFlag, nameof(SendMessageRequestHeader), "sysFlag");
        HeaderField.Required(view._bornTimestamp, nameof(SendMessageRequestHeader), "bornTimestamp");
        HeaderField.Required(view._flag, nameof(SendMessageRequestHeader), "flag");
        return view;
    }

    private void Take(byte letter, scoped ref ExtFieldReader fields, bool keepProperties)
    {
        switch (letter)
        {
            case (byte)'a':
                ProducerGroup = fields.GetName();
                break;
            case (byte)'b':
                Topic = fields.GetName();
                break;
            case (byte)'c':
                DefaultTopic = fields.GetName();
                break;
            case (byte)'d':
                DefaultTopicQueueNums = fields.GetInt32OrNull() ?? DefaultQueueNums;
                break;
            case (byte)'e':
                _queueId = fields.GetInt32OrNull();
                break;
            case (byte)'f':
                _sysFlag = fields.GetInt32OrNull();
                break;
            case (byte)'g':
                _bornTimestamp = fields.GetInt64OrNull();
                break;
            case (byte)'h':
                _flag = fields.GetInt32OrNull();
                break;
            case (byte)'i':
                Properties = fields.Value;
                PropertiesText = keepProperties ? fields.GetString() : null;
                break;
            case (byte)'j':
                ReconsumeTimes = fields.GetInt32OrNull();
                break;
            case (byte)'k':
                UnitMode = fields.GetBoolean();
                break;
            case (byte)'l':
                MaxReconsumeTimes = fields.GetInt32OrNull();
                break;
            default:
                Batch = fields.GetBoolean();
                break;
        }
    }

    /// <summary>The one-letter name that stands for a long one.</summary>
    private static byte LetterOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("producerGroup"u8) ? (byte)'a'
        : name.SequenceEqual("topic"u8) ? (byte)'b'
        : name.SequenceEqual("defaultTopic"u8) ? (byte)'c'
        : name.SequenceEqual("defaultTopicQueueNums"u8) ? (byte)'d'
        : name.SequenceEqual("queueId"u8) ? (byte)'e'
        : name.SequenceEqual("sysFlag"u8) ? (byte)'f'
        : name.SequenceEqual("bornTimestamp"u8) ? (byte)'g'
        : name.SequenceEqual("flag"u8) ? (byte)'h'
        : name.SequenceEqual("properties"u8) ? (byte)'i'
        : name.SequenceEqual("reconsumeTimes"u8) ? (byte)'j'
        : name.SequenceEqual("unitMode"u8) ? (byte)'k'
        : name.SequenceEqual("maxReconsumeTimes"u8) ? (byte)'l'
        : name.SequenceEqual("batch"u8) ? (byte)'m'
        : (byte)0;
}
