using NetRoom.Accounts;
using NetRoom.Api;
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
builder.AddApi();

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
app.MapApi();

await app.RunAsync();
return 0;
