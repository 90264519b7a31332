using System.Net;
using System.Text.Json.Nodes;

namespace Rocketeer.DevCluster.ControlPlane;

/// <summary>A refusal, as the API answers it: a <c>Status</c> object with a reason that clients know.</summary>
internal sealed class ApiException : Exception
{
    private readonly string _reason;
    private readonly JsonObject? _details;

    private ApiException(HttpStatusCode code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        _reason = reason;
        _details = details;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Code { get; }

    /// <summary>There is no such object.</summary>
    public static ApiException NotFound(ResourceType type, string name) => new(
        HttpStatusCode.NotFound, "NotFound", $"{type.QualifiedName} \"{name}\" not found", Details(type, name));

    /// <summary>There is no such path.</summary>
    public static ApiException NoSuchPath() =>
        new(HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource");

    /// <summary>The name is taken.</summary>
    public static ApiException AlreadyExists(ResourceType type, string name) => new(
        HttpStatusCode.Conflict, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists", Details(type, name));

    /// <summary>Somebody else was faster, or owns the field.</summary>
    public static ApiException Conflict(ResourceType type, string name, string why) => new(
        HttpStatusCode.Conflict,
        "Conflict",
        $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}",
        Details(type, name));

    /// <summary>Another manager owns fields that an apply would change.</summary>
    public static ApiException ApplyConflict(IReadOnlyList<(string Manager, string Field)> owners)
    {
        var causes = new JsonArray([.. owners.Select(owner => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with \"{owner.Manager}\"",
            ["field"] = owner.Field,
        })]);
        return new ApiException(
            HttpStatusCode.Conflict,
            "Conflict",
            $"Apply failed with {owners.Count} conflict{(owners.Count == 1 ? "" : "s")}: "
            + string.Join(", ", owners.Select(owner => $"conflict with \"{owner.Manager}\": {owner.Field}")),
            new JsonObject { ["causes"] = causes });
    }

    /// <summary>The object breaks its schema or a rule.</summary>
    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(type, name);
        details["causes"] = new JsonArray([.. errors.Select(error => (JsonNode)new JsonObject
        {
            ["reason"] = error.Reason,
            ["message"] = error.Message,
            ["field"] = error.Path,
        })]);
        var sentences = errors.Select(error => $"{error.Path}: {error.Message}").ToList();
        var all = sentences.Count == 1 ? sentences[0] : $"[{string.Join(", ", sentences)}]";
        return new ApiException(
            HttpStatusCode.UnprocessableEntity, "Invalid", $"{type.Kind}.{type.Group} \"{name}\" is invalid: {all}", details);
    }

    /// <summary>The request makes no sense.</summary>
    public static ApiException BadRequest(string message) => new(HttpStatusCode.BadRequest, "BadRequest", message);

    /// <summary>The object or its namespace is on its way out.</summary>
    public static ApiException Forbidden(string message) => new(HttpStatusCode.Forbidden, "Forbidden", message);

    /// <summary>A verb that the resource does not have.</summary>
    public static ApiException MethodNotAllowed() => new(
        HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>A kind of patch that is not known.</summary>
    public static ApiException UnsupportedMediaType(string? type) => new(
        HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType", $"the body of the request was in an unknown format: {type}");

    /// <summary>A watch asks for what the log has forgotten; list again.</summary>
    public static ApiException Expired(long version, long oldest) => new(
        HttpStatusCode.Gone, "Expired", $"too old resource version: {version} ({oldest})");

    /// <summary>The answer.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = _reason,
            ["code"] = (int)Code,
        };
        if (_details is not null)
        {
            status["details"] = _details.DeepClone();
        }

        return status;
    }

    private static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject { ["name"] = name, ["kind"] = type.Plural };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        return details;
    }
}

/// <summary>What is wrong with one field.</summary>
/// <param name="Path">Where, as <c>spec.brokers.groups</c>.</param>
/// <param name="Reason">The API's word: FieldValueInvalid, FieldValueRequired, FieldValueNotSupported, FieldValueTypeInvalid.</param>
/// <param name="Message">What, as a person reads it.</param>
internal sealed record FieldError(string Path, string Reason, string Message);
