namespace NetRoom.Accounts.Settings;

/// <summary>A page of the settings, as its link in their menu. Modules add theirs to the services.</summary>
/// <param name="Order">From the left; profile 10, ways in 20, security 30, sessions 40, notifications 50, privacy 60, API keys 70.</param>
/// <param name="Text">In the reader's language.</param>
public sealed record SettingsTab(int Order, string Address, Func<IServiceProvider, string> Text);
