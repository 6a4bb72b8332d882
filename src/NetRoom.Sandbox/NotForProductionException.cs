namespace NetRoom.Sandbox;

/// <summary>The sandbox gives answers that no model wrote, so it never stands where people pay for answers.</summary>
public sealed class NotForProductionException()
    : Exception(
        "The sandbox plays outside services and does not start in the Production environment; "
            + "set ASPNETCORE_ENVIRONMENT (or --environment) to Development."
    );
