// The page works without scripts; each import makes one thing nicer.
import "htmx.org";
import "../../NetRoom.Kernel/scripts/page";
import "../../NetRoom.Kernel/scripts/dialogs";
import "../../NetRoom.Kernel/scripts/password";
import "../../Modules/Accounts/scripts/link-code";
import "../../Modules/Accounts/scripts/passkey-form";
import "../../Modules/Accounts/scripts/telegram";
import "../../Modules/Chats/scripts/composer";
import "../../Modules/Chats/scripts/answer-stream";
import "../../Modules/Chats/scripts/model-picker";
import "../../Modules/Chats/scripts/reading";
