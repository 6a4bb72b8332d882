// OpenAI's own package for JavaScript as a client: nothing of it is changed but the address and the key.
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: `${process.env.NETROOM_URL}/v1`, apiKey: process.env.NETROOM_KEY, maxRetries: 0 });
const hello = [{ role: "user", content: "Hello" }];
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const flat = { type: "function", name: "weather", strict: false, parameters: weather.function.parameters };
const callIt = "Call weather with city=Oslo";

for (const model of ["sandbox-echo", "sandbox-claude-echo", "sandbox-gemini-echo", "sandbox-responses-echo"]) {
  const whole = await client.chat.completions.create({ model, messages: hello });
  assert.match(whole.choices[0].message.content, /Hello/);
  assert.ok(Number(whole.usage.cost_rub) > 0);

  const stream = client.chat.completions.stream({ model, messages: hello, stream_options: { include_usage: true } });
  const final = await stream.finalChatCompletion();
  assert.match(final.choices[0].message.content, /Hello/);
  assert.equal(final.choices[0].finish_reason, "stop");
  assert.ok((await stream.totalUsage()).total_tokens > 0);

  const calls = await client.chat.completions
    .stream({ model, messages: [{ role: "user", content: callIt }], tools: [weather] })
    .finalChatCompletion();
  assert.equal(calls.choices[0].finish_reason, "tool_calls");
  assert.deepEqual(JSON.parse(calls.choices[0].message.tool_calls[0].function.arguments), { city: "Oslo" });

  const runner = client.chat.completions.runTools({
    model,
    messages: [{ role: "user", content: callIt }],
    tools: [
      { type: "function", function: { ...weather.function, parse: JSON.parse, function: ({ city }) => `rain in ${city}` } },
    ],
  });
  assert.match(await runner.finalContent(), /rain in Oslo/);

  const response = await client.responses.create({ model, input: "Hello" });
  assert.match(response.output_text, /Hello/);
  // It puts the events together itself and throws where one is missing.
  const streamed = await client.responses.stream({ model, input: callIt, tools: [flat] }).finalResponse();
  assert.equal(streamed.output.find((item) => item.type === "function_call").name, "weather");
  const types = [];
  for await (const event of await client.responses.create({ model, input: "Hello", stream: true })) types.push(event.type);
  assert.equal(types[0], "response.created");
  assert.equal(types.at(-1), "response.completed");
  assert.equal(
    types.filter((type) => type === "response.output_item.added").length,
    types.filter((type) => type === "response.output_item.done").length,
  );
}

const fails = (model, kind, more) =>
  assert.rejects(client.chat.completions.create({ model, messages: hello, ...more }), (error) => {
    assert.ok(error instanceof kind, `${model}: ${error}`);
    assert.ok(error.requestID);
    return true;
  });
await fails("no-such-model", OpenAI.NotFoundError);
await fails("fault-429", OpenAI.RateLimitError);
await fails("fault-500", OpenAI.InternalServerError);
await fails("sandbox-echo", OpenAI.BadRequestError, { n: 2 });
await assert.rejects(client.withOptions({ apiKey: "nr-wrong" }).models.list(), OpenAI.AuthenticationError);

// Two calls of which the provider fails every odd one: the client tries again by itself.
const flaky = client.withOptions({ maxRetries: 3 });
assert.ok((await flaky.chat.completions.create({ model: "fault-flaky", messages: hello })).choices.length);

for (const model of ["fault-cut", "fault-claude-cut", "fault-error-in-stream"])
  await assert.rejects(async () => {
    for await (const chunk of await client.chat.completions.create({ model, messages: hello, stream: true }))
      assert.equal(chunk.choices[0]?.finish_reason ?? null, null);
  }, OpenAI.APIError);
await assert.rejects(async () => {
  for await (const event of await client.responses.create({ model: "fault-responses-cut", input: "Hello", stream: true }))
    assert.notEqual(event.type, "response.completed");
}, OpenAI.APIError);

const abandoned = await client.chat.completions.create({ model: "fault-hang-late", messages: hello, stream: true });
for await (const chunk of abandoned) if (chunk.choices[0]?.delta.content) break;
console.log("ok");
