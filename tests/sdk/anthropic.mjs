// Anthropic's own package for JavaScript as a client: nothing of it is changed but the address and the key.
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: process.env.NETROOM_URL, apiKey: process.env.NETROOM_KEY, maxRetries: 0 });
const ask = (model, content = "Hello", more = {}) => ({ model, max_tokens: 1000, messages: [{ role: "user", content }], ...more });
const tools = [{ name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } }];
const textOf = (message) => message.content.filter((block) => block.type === "text").map((block) => block.text).join("");

for (const model of ["sandbox-claude-echo", "sandbox-echo", "sandbox-gemini-echo", "sandbox-responses-echo"]) {
  const whole = await client.messages.create(ask(model));
  assert.match(textOf(whole), /Hello/);
  assert.equal(whole.stop_reason, "end_turn");
  assert.ok(Number(whole.usage.cost_rub) > 0);

  const final = await client.messages.stream(ask(model)).finalMessage();
  assert.match(textOf(final), /Hello/);
  assert.ok(final.usage.output_tokens > 0);

  const asked = await client.messages.stream(ask(model, "Call weather with city=Oslo", { tools })).finalMessage();
  assert.equal(asked.stop_reason, "tool_use");
  const use = asked.content.find((block) => block.type === "tool_use");
  assert.deepEqual(use.input, { city: "Oslo" });
  const told = await client.messages.create({
    ...ask(model, "Call weather with city=Oslo", { tools }),
    messages: [
      { role: "user", content: "Call weather with city=Oslo" },
      { role: "assistant", content: asked.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: "rain" }] },
    ],
  });
  assert.match(textOf(told), /rain/);
}

const fails = (model, kind, more) =>
  assert.rejects(client.messages.create(ask(model, "Hello", more)), (error) => {
    assert.ok(error instanceof kind, `${model}: ${error}`);
    assert.ok(error.requestID);
    return true;
  });
await fails("no-such-model", Anthropic.NotFoundError);
await fails("fault-claude-429", Anthropic.RateLimitError);
await fails("fault-claude-529", Anthropic.InternalServerError);
await fails("sandbox-claude-echo", Anthropic.BadRequestError, { max_tokens: 0 });
for (const model of ["fault-claude-cut", "fault-claude-error-in-stream", "fault-cut"])
  await assert.rejects(client.messages.stream(ask(model)).finalMessage(), Anthropic.APIError);

const counted = await client.messages.countTokens({ model: "sandbox-claude-echo", messages: ask("").messages });
assert.ok(counted.input_tokens > 0);

for await (const event of client.messages.stream(ask("fault-hang-late")))
  if (event.type === "content_block_delta") break;
console.log("ok");
