using System.Globalization;
using System.Net.Http.Headers;

namespace NetRoom.Providers.Media.Wire;

/// <summary>A multipart form as the providers' own clients write it: names in quotes, nothing for null.</summary>
internal static class FormFields
{
    public static MultipartFormDataContent Field(
        this MultipartFormDataContent form,
        string name,
        string? value
    )
    {
        if (value is null)
            return form;
        var content = new StringContent(value);
        content.Headers.ContentType = null;
        form.Add(content, Quoted(name));
        return form;
    }

    public static MultipartFormDataContent Field<T>(
        this MultipartFormDataContent form,
        string name,
        T? value
    )
        where T : struct, IFormattable =>
        form.Field(name, value?.ToString(null, CultureInfo.InvariantCulture));

    public static MultipartFormDataContent File(
        this MultipartFormDataContent form,
        string name,
        MediaContent file,
        string fileName
    )
    {
        var content = new ReadOnlyMemoryContent(file.Data);
        if (MediaTypeHeaderValue.TryParse(file.MediaType, out var type))
            content.Headers.ContentType = type;
        form.Add(content, Quoted(name), Quoted(Plain(fileName)));
        return form;
    }

    // Some servers do not take a token without quotes.
    private static string Quoted(string text) => $"\"{text}\"";

    private static string Plain(string fileName) =>
        string.Concat(
            fileName.Where(letter =>
                char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'
            )
        );
}
