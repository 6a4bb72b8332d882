using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace NetRoom.Kernel.Http;

/// <summary>The fingerprinted address of a static file, so that it may be cached for ever.</summary>
public sealed class StaticAssets(IEnumerable<EndpointDataSource> endpoints)
{
    private FrozenDictionary<string, string>? addresses;

    /// <summary>"app.css" → "/app.3f9c.css"; the plain address where there is no fingerprint.</summary>
    public string this[string file] =>
        (addresses ??= Read()).TryGetValue(file, out var address) ? address : "/" + file;

    private FrozenDictionary<string, string> Read() =>
        (
            from source in endpoints
            from endpoint in source.Endpoints
            let asset = endpoint.Metadata.GetMetadata<StaticAssetDescriptor>()
            where asset is not null
            let label = asset.Properties.FirstOrDefault(property => property.Name == "label")?.Value
            where label is not null
            group asset.Route by label
        ).ToFrozenDictionary(group => group.Key, group => "/" + group.First());
}
