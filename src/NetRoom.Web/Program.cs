using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Chats;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Providers;

var builder = WebApplication.CreateBuilder(args);
await using var database = await builder.AddKernelAsync();
builder.AddCatalog();
builder.AddAccounts();
builder.AddProviders();
builder.AddBilling();
builder.AddGeneration();
builder.AddChats();

await using var app = builder.Build();
await app.MigrateAsync();
var exitCode =
    await app.RunLedgerCommandAsync(args, Console.Out)
    ?? await app.RunOwnerCommandAsync(args, Console.Out);
if (exitCode is { } code)
    return code;
await app.Services.SeedCatalogAsync();
await app.EnsureOwnerAsync();

app.UseKernel();
app.MapCatalog();
app.MapAccounts();
app.MapBilling();
app.MapChats();

await app.RunAsync();
return 0;
