using NetRoom.Bench;
using NetRoom.Bench.Markup;
using NetRoom.Bench.Pages;
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
    case "markdown":
        MarkdownBench.Run();
        break;
    default:
        Console.WriteLine(
            "stream | open | delta | page | lighthouse | wallet | markdown; see bench/README.md"
        );
        return 1;
}

Console.WriteLine(Machine.Line());
return 0;
