using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rocketeer.DevCluster.ControlPlane.Http;

/// <summary>The objects that a list or a watch asks for.</summary>
/// <param name="Labels">By labels.</param>
/// <param name="Fields">By fields.</param>
internal sealed record Selection(LabelSelector Labels, LabelSelector Fields)
{
    /// <summary>Reads the selectors of a query.</summary>
    public static Selection Of(IQueryCollection query) =>
        new(LabelSelector.Parse(query["labelSelector"]), LabelSelector.Parse(query["fieldSelector"]));

    /// <summary>True when the object is asked for.</summary>
    public bool Includes(JsonObject item) => Labels.MatchesLabels(item) && Fields.MatchesFields(item);

    /// <summary>Those that are asked for.</summary>
    public IEnumerable<JsonObject> Apply(IEnumerable<JsonObject> items) => items.Where(Includes);
}
