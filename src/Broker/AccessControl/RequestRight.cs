namespace Rocketeer.Broker.AccessControl;

/// <summary>What a request code needs, beyond a right signature.</summary>
internal sealed class RequestRight
{
    /// <summary>Any account may.</summary>
    public static RequestRight Signed { get; } = new();

    /// <summary>Only administrators may.</summary>
    public static RequestRight Admin { get; } = new() { NeedsAdmin = true };

    /// <summary>What the groups and queues of a heartbeat need.</summary>
    public static RequestRight Heartbeat { get; } = new() { Body = BodyKind.Heartbeat };

    /// <summary>What the group and the queues of a lock request need.</summary>
    public static RequestRight QueueLocks { get; } = new() { Body = BodyKind.QueueLocks };

    /// <summary>Bodies that name topics and groups.</summary>
    internal enum BodyKind
    {
        None,
        Heartbeat,
        QueueLocks,
    }

    /// <summary>True for administrators only.</summary>
    public bool NeedsAdmin { get; private init; }

    /// <summary>Extension fields that name what is used.</summary>
    public FieldNeed[] Fields { get; private init; } = [];

    /// <summary>Whether the body names more.</summary>
    public BodyKind Body { get; private init; }

    /// <summary>What the named fields need.</summary>
    public static RequestRight Of(params FieldNeed[] fields) => new() { Fields = fields };

    /// <summary>One field, what it names, and the right that is needed to that.</summary>
    internal sealed class FieldNeed(string name, ResourceKind kind, Rights need, bool isOptional = false)
    {
        /// <summary>Name of the field.</summary>
        public string Name { get; } = name;

        /// <summary><see cref="Name"/> as it stands in a frame.</summary>
        public byte[] NameUtf8 { get; } = System.Text.Encoding.UTF8.GetBytes(name);

        /// <summary>What it names.</summary>
        public ResourceKind Kind { get; } = kind;

        /// <summary>What is needed.</summary>
        public Rights Need { get; } = need;

        /// <summary>True if the request means something without it.</summary>
        public bool IsOptional { get; } = isOptional;
    }
}
