using Microsoft.AspNetCore.Http;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

/// <summary>What every maker of pictures must do, whether it answers at once or through a job.</summary>
public sealed class ImageConformanceTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Words = "A heron on the roof of a greenhouse";

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    private static readonly string[] Providers =
    [
        "openai",
        "google",
        "xai",
        "bfl",
        "stability",
        "replicate",
    ];

    public static TheoryData<string> All => [.. Providers];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_picture_comes_as_bytes_with_its_type_and_something_to_bill(string provider)
    {
        var made = await Client(provider, "sandbox").GetImagesAsync(new(Words));

        var image = made.Images.ShouldHaveSingleItem();
        image.MediaType.ShouldBe("image/png");
        image.Data.Length.ShouldBeGreaterThan(100);
        made.Usage.Produced.Counts.Single().Quantity.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_same_words_give_the_same_picture_and_others_another(string provider)
    {
        var client = Client(provider, "sandbox");
        var first = (await client.GetImagesAsync(new(Words))).Images[0];
        var second = (await client.GetImagesAsync(new(Words))).Images[0];
        var other = (await client.GetImagesAsync(new("A crane"))).Images[0];

        first.Data.Span.SequenceEqual(second.Data.Span).ShouldBeTrue();
        first.Data.Span.SequenceEqual(other.Data.Span).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_refusal_is_sorted_as_one_and_holds_no_word_of_the_prompt(string provider)
    {
        var error = await FailAsync(provider, "fault-filtered");

        error.Kind.ShouldBe(ProviderErrorKind.Refused);
        $"{error.Message}{error.Detail}".ShouldNotContain("heron");
    }

    [Theory]
    [InlineData("fault-401", ProviderErrorKind.Key)]
    [InlineData("fault-quota", ProviderErrorKind.Quota)]
    [InlineData("fault-429", ProviderErrorKind.RateLimited)]
    [InlineData("fault-500", ProviderErrorKind.Overloaded)]
    [InlineData("fault-html", ProviderErrorKind.Overloaded)]
    [InlineData("nothing", ProviderErrorKind.NotFound)]
    public async Task Errors_are_sorted_the_same_way_everywhere(
        string behaviour,
        ProviderErrorKind kind
    )
    {
        foreach (var provider in Providers)
            (await FailAsync(provider, behaviour)).Kind.ShouldBe(kind, provider);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_connection_is_not_tried_again_for_the_picture_may_be_paid_for(
        string provider
    )
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.Next(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var scripted = MediaBench.Against(new Uri(server.Address));

        var error = await MediaAccounts.FailsAsync(() =>
            scripted.Images(provider, Name(provider, "sandbox")).GetImagesAsync(new(Words))
        );

        error.Kind.ShouldBeOneOf(ProviderErrorKind.Unreachable, ProviderErrorKind.Cut);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_answer_without_a_picture_is_an_error_and_not_an_empty_success(
        string provider
    )
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.NextStatus(StatusCodes.Status200OK, """{"data":[],"candidates":[],"new":[1]}""");
        await using var scripted = MediaBench.Against(new Uri(server.Address));

        (
            await MediaAccounts.FailsAsync(() =>
                scripted.Images(provider, Name(provider, "sandbox")).GetImagesAsync(new(Words))
            )
        ).Kind.ShouldBe(ProviderErrorKind.Cut);
    }

    private IImageClient Client(string provider, string behaviour) =>
        bench.Images(provider, Name(provider, behaviour));

    private Task<ProviderException> FailAsync(string provider, string behaviour) =>
        MediaAccounts.FailsAsync(() => Client(provider, behaviour).GetImagesAsync(new(Words)));

    private static string Name(string provider, string behaviour) =>
        provider switch
        {
            "replicate" => "sandbox/image-",
            "stability" => "generate/image-",
            _ => "image-",
        } + behaviour;
}
