using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel.Data;

namespace NetRoom.Kernel.Security;

internal sealed class DataProtectionKey
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Xml { get; init; }
}

/// <summary>Keeps Data Protection's keys in the database; its contract is synchronous.</summary>
internal sealed class DataProtectionKeys(IServiceScopeFactory scopes) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        return
        [
            .. Db(scope)
                .Set<DataProtectionKey>()
                .AsNoTracking()
                .AsEnumerable()
                .Select(key => XElement.Parse(key.Xml)),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = Db(scope);
        db.Add(
            new DataProtectionKey
            {
                Id = Ids.New(),
                Name = friendlyName,
                Xml = element.ToString(SaveOptions.DisableFormatting),
            }
        );
        db.SaveChanges();
    }

    private static NetRoomDb Db(IServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<NetRoomDb>();
}
