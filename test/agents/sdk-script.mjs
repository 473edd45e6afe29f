#!/usr/bin/env node
// A script as people write it, with a provider's own library: prints every chunk of one streamed answer.
const [kind = ""] = process.argv.slice(2);
// Headers of a connection, which Google's library adds, aren't the same twice.
const print = ({ sdkHttpResponse, ...chunk }) => process.stdout.write(`${JSON.stringify(chunk)}\n`);
const messages = [{ role: "user", content: "say done" }];

async function chunksOf() {
  if (kind === "openai-chat") {
    const { default: OpenAI } = await import("openai");
    return new OpenAI().chat.completions.create({ model: "gpt-4.1", stream: true, messages });
  }
  if (kind === "openai-responses") {
    const { default: OpenAI } = await import("openai");
    return new OpenAI().responses.create({ model: "gpt-4.1", stream: true, input: "say done" });
  }
  if (kind === "anthropic") {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    return new Anthropic().messages.create({ model: "claude-sonnet-4-5", max_tokens: 50, stream: true, messages });
  }
  const { GoogleGenAI } = await import("@google/genai");
  return new GoogleGenAI({}).models.generateContentStream({ model: "gemini-2.5-flash", contents: "say done" });
}

for await (const chunk of await chunksOf()) print(chunk);
