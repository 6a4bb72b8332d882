using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Mail;
using NetRoom.Kernel.Security;

namespace NetRoom.Kernel;

internal sealed class KernelModel : IModelPart
{
    public void Build(ModelBuilder model)
    {
        model.Entity<OutboxMessage>(message =>
        {
            message.ToTable("outbox", "kernel");
            message.Property(row => row.Id).ValueGeneratedNever();
            message.Property(row => row.Body).HasColumnType("jsonb");
            message.HasIndex(row => row.NextAt);
        });
        model.Entity<QueuedMail>(letter =>
        {
            letter.ToTable("mail", "kernel");
            letter.Property(row => row.Id).ValueGeneratedNever();
            letter.HasIndex(row => row.NextAt);
        });
        model.Entity<DataProtectionKey>(key =>
        {
            key.ToTable("data_protection_key", "kernel");
            key.Property(row => row.Id).ValueGeneratedNever();
        });
    }
}
