namespace NetRoom.Kernel;

/// <summary>Names the kernel's texts (KernelText.resx, KernelText.ru.resx) for IStringLocalizer.</summary>
public sealed class KernelText;
