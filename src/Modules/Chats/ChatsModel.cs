using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Chats;

internal sealed class ChatsModel : IModelPart
{
    public void Build(ModelBuilder model)
    {
        model.Entity<Conversation>(conversation =>
        {
            conversation.ToTable("conversation", "chats");
            conversation.Property(row => row.Id).ValueGeneratedNever();
        });
        model.Entity<Message>(message =>
        {
            message.ToTable("message", "chats");
            message.Property(row => row.Id).ValueGeneratedNever();
            message.Property(row => row.State).HasConversion<short?>();
            message.Ignore(row => row.Charged);
            message.Ignore(row => row.Size);
            message.HasOne<Conversation>().WithMany().HasForeignKey(row => row.ConversationId);
            message.HasOne<Message>().WithMany().HasForeignKey(row => row.QuestionId);
            message.HasIndex(row => row.RunId).IsUnique();
        });
    }
}
