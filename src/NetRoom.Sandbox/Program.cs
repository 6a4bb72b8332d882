using NetRoom.Sandbox;

try
{
    await SandboxApp.Create(args).RunAsync();
    return 0;
}
catch (NotForProductionException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return 1;
}
