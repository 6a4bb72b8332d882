using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Accounts;
using NetRoom.Chats.Answers;
using NetRoom.Chats.Conversations;
using NetRoom.Chats.Sending;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats;

public static class ChatsModule
{
    public static IHostApplicationBuilder AddChats(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddModule<ChatsModel>("chats");
        services.AddProblemTexts<ChatsText>("chats");
        services.AddScoped<IRunOwner, ChatAnswers>();
        services.AddScoped<Sender>();
        services.AddScoped<Composers>();
        services.AddScoped<OpenConversation>();
        services.AddScoped<StreamAnswer>();
        services.AddScoped<AnswerHtml>();
        services.AddScoped<ChatList>();
        services.AddScoped<IFramePart, NewChatPart>();
        services.AddScoped<IFramePart, ChatListPart>();
        services.AddScheduledJob<Retention>("0 23 * * * ?");
        return builder;
    }

    public static void MapChats(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", OpenConversation.HomeAsync).AllowAnonymous();

        var chats = routes.MapGroup("").RequireAuthorization(Policies.SignedIn);
        chats.MapPost("/chats", SendMessage.NewAsync).WithMessageLimits();
        chats.MapGet("/chats/list", ChatList.HandleAsync);
        chats.MapGet("/chats/quote", QuoteMessage.HandleAsync);
        chats.MapGet("/chats/models", PickModel.Handle);
        chats.MapGet("/c/{id:guid}", OpenConversation.HandleAsync);
        chats.MapPost("/c/{id:guid}/messages", SendMessage.InChatAsync).WithMessageLimits();
        chats.MapPost("/c/{id:guid}/questions/{questionId:guid}/retry", RetryAnswer.HandleAsync);
        chats
            .MapPost("/c/{id:guid}/answers/{answerId:guid}/stop", StopAnswer.HandleAsync)
            .RequireFormToken();
        chats.MapGet("/c/{id:guid}/answers/{answerId:guid}/events", StreamAnswer.HandleAsync);
        chats.MapPost("/c/{id:guid}/rename", RenameConversation.HandleAsync);
        chats.MapPost("/c/{id:guid}/delete", DeleteConversation.HandleAsync).RequireFormToken();
    }

    private static void WithMessageLimits(this RouteHandlerBuilder endpoint) =>
        endpoint
            .WithFormOptions(
                valueLengthLimit: SendMessage.BodyLimit,
                bufferBodyLengthLimit: SendMessage.BodyLimit
            )
            .WithMetadata(new RequestSizeLimitAttribute(SendMessage.BodyLimit));
}
