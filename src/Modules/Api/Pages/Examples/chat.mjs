// npm install openai
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://netroom.example/v1",
  apiKey: process.env.NETROOM_API_KEY,
});
const stream = await client.chat.completions.create({
  model: "MODEL",
  messages: [{ role: "user", content: "Say hello." }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
