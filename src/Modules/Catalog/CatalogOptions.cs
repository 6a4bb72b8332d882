using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NetRoom.Catalog;

/// <summary>How a provider's dollars become our roubles, and where the sandbox is.</summary>
internal sealed class CatalogOptions
{
    /// <summary>"95.00": at most four decimals, as a string so that no float ever touches a price.</summary>
    public string RoublesPerDollar { get; set; } = "95.00";

    /// <summary>"20": added to the provider's price; at most four decimals.</summary>
    public string MarginPercent { get; set; } = "20";

    /// <summary>From Sandbox:BaseUrl. Models of the sandbox exist only while it is set.</summary>
    public string? SandboxBaseUrl { get; set; }
}

/// <summary>Reads "Catalog" and "Sandbox:BaseUrl", and says clearly what is wrong before anything starts.</summary>
internal sealed class CatalogOptionsSetup(IConfiguration configuration)
    : IConfigureOptions<CatalogOptions>,
        IValidateOptions<CatalogOptions>
{
    private const decimal HighestRate = 10_000;
    private const decimal HighestMargin = 1_000;
    private const int MaxDecimals = 4;

    public void Configure(CatalogOptions options)
    {
        configuration.GetSection("Catalog").Bind(options);
        var sandbox = configuration["Sandbox:BaseUrl"]?.TrimEnd('/');
        options.SandboxBaseUrl = string.IsNullOrWhiteSpace(sandbox) ? null : sandbox;
    }

    public ValidateOptionsResult Validate(string? name, CatalogOptions options)
    {
        var wrong = new List<string>();
        if (!IsNumber(options.RoublesPerDollar, HighestRate) || IsZero(options.RoublesPerDollar))
            wrong.Add(
                $"Catalog:RoublesPerDollar is \"{options.RoublesPerDollar}\"; it must be a number like \"95.00\", above 0 and at most {HighestRate}, with a point and at most {MaxDecimals} decimals."
            );
        if (!IsNumber(options.MarginPercent, HighestMargin))
            wrong.Add(
                $"Catalog:MarginPercent is \"{options.MarginPercent}\"; it must be a number like \"20\", from 0 to {HighestMargin}, with a point and at most {MaxDecimals} decimals."
            );
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsNumber(string text, decimal highest) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var value
        )
        && value <= highest
        && value.Scale <= MaxDecimals;

    private static bool IsZero(string text) =>
        decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) == 0;
}
