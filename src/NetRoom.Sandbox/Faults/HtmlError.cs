namespace NetRoom.Sandbox.Faults;

/// <summary>What a gateway in front of a provider says when the provider is gone.</summary>
internal static class HtmlError
{
    private const string Page = """
        <html>
        <head><title>502 Bad Gateway</title></head>
        <body>
        <center><h1>502 Bad Gateway</h1></center>
        <hr><center>nginx</center>
        </body>
        </html>
        """;

    public static Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status502BadGateway;
        response.ContentType = "text/html";
        return response.WriteAsync(Page, response.HttpContext.RequestAborted);
    }
}
