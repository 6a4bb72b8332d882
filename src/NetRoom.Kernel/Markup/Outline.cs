using System.Numerics;

namespace NetRoom.Kernel.Markup;

/// <summary>The levels of the headings that a place in a text stands under, a bit for each.</summary>
internal readonly record struct Outline(int Levels)
{
    public int Depth => BitOperations.PopCount((uint)Levels);

    /// <summary>A heading of a level ends those of its own and of deeper levels.</summary>
    public Outline Under(int level) => new((Levels & ((1 << level) - 1)) | (1 << level));
}
