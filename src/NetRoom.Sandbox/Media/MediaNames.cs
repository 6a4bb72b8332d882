namespace NetRoom.Sandbox.Media;

/// <summary>The route constraint <c>:media</c>: names of models that make pictures, speech or vectors.</summary>
internal sealed class MediaNames : IRouteConstraint
{
    private static readonly string[] Kinds = ["image-", "speech-", "embed-"];

    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection
    ) =>
        values[routeKey] is string name
        && Array.Exists(Kinds, kind => name.StartsWith(kind, StringComparison.Ordinal));
}
