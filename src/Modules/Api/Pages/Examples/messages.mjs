// npm install @anthropic-ai/sdk
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: "https://netroom.example",
  apiKey: process.env.NETROOM_API_KEY,
});
const message = await client.messages.create({
  model: "MODEL",
  max_tokens: 300,
  messages: [{ role: "user", content: "Say hello." }],
});
console.log(message.content[0].text);
