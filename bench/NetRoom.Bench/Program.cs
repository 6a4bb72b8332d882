using NetRoom.Bench;
using NetRoom.Bench.Fuzz;
using NetRoom.Bench.Gateway;
using NetRoom.Bench.Markup;
using NetRoom.Bench.Mutations;
using NetRoom.Bench.Pages;
using NetRoom.Bench.Simulations;
using NetRoom.Bench.Streams;
using NetRoom.Bench.Wallets;

var options = new Options(args);
Console.WriteLine(Machine.Line());
switch (options.Command)
{
    case "stream":
        await StreamBench.RunAsync(options);
        break;
    case "open":
        await OpenStreams.RunAsync(options);
        break;
    case "delta":
        await DeltaBench.RunAsync(options);
        break;
    case "page":
        await PageBench.RunAsync(options);
        break;
    case "lighthouse":
        await Lighthouse.RunAsync(options);
        break;
    case "wallet":
        await WalletBench.RunAsync(options);
        break;
    case "wallet-aged":
        await AgedBench.RunAsync(options);
        break;
    case "simulate":
        await SimulateBench.RunAsync(options);
        break;
    case "mutate":
        return await MutationGate.RunAsync(options);
    case "gateway":
        await GatewayBench.RunAsync(options);
        break;
    case "soak":
        return await Soak.RunAsync(options);
    case "serve":
        await Serve.RunAsync(options);
        break;
    case "mock":
        await MockUpstream.RunAsync(options);
        break;
    case "forward":
        await BareForward.RunAsync(options);
        break;
    case "fuzz":
        return FuzzBench.Run(options);
    case "markdown":
        MarkdownBench.Run();
        break;
    default:
        Console.WriteLine(
            "stream | open | delta | page | lighthouse | wallet | wallet-aged | simulate | mutate | gateway | soak | serve | fuzz | markdown; see bench/README.md"
        );
        return 1;
}

Console.WriteLine(Machine.Line());
return 0;
