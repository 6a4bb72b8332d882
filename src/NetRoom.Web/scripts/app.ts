// The page works without this file; each import makes one thing nicer.
import "htmx.org";
import "./page";
import "./dialogs";
import "./password";
import "../../Modules/Chats/scripts/composer";
import "../../Modules/Chats/scripts/answer-stream";
import "../../Modules/Chats/scripts/model-picker";
import "../../Modules/Chats/scripts/reading";
