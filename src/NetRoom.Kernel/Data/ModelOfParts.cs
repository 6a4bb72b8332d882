using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace NetRoom.Kernel.Data;

/// <summary>One model for each set of parts: tests and tools build the context with fewer modules than the product.</summary>
internal sealed class ModelOfParts : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) =>
        (((NetRoomDb)context).PartNames, designTime);
}
