// dotnet add package OpenAI
using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

var client = new ChatClient(
    "MODEL",
    new ApiKeyCredential(Environment.GetEnvironmentVariable("NETROOM_API_KEY")!),
    new OpenAIClientOptions { Endpoint = new Uri("https://netroom.example/v1") }
);
await foreach (var update in client.CompleteChatStreamingAsync("Say hello."))
foreach (var part in update.ContentUpdate)
    Console.Write(part.Text);
