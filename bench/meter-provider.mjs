// A provider for bench/meter.ts: a short answer, or with "stream" in its body one whose events come 20 ms apart. Its port
// goes to the parent process.
import { createServer } from "node:http";

const usage = { input_tokens: 1_000, output_tokens: 100 };
const about = { type: "message", role: "assistant", model: "claude-sonnet-4-5", stop_reason: "end_turn" };
const event = (name, value) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...value })}\n\n`;
const delta = event("content_block_delta", {
  index: 0,
  delta: { type: "text_delta", text: "a few words of an answer" },
});
let last = 0;

function stream(response, id) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event("message_start", { message: { id, ...about, content: [], usage } }));
  let left = 10;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return response.write(delta);
    clearInterval(timer);
    response.end(event("message_delta", { delta: {}, usage }) + event("message_stop", {}));
  }, 20);
  response.once("close", () => clearInterval(timer));
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    last += 1;
    const id = `msg_${last}`;
    if (body.includes('"stream":true')) return stream(response, id);
    const answer = JSON.stringify({ id, ...about, content: [{ type: "text", text: "a few words" }], usage });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.once("disconnect", () => process.exit());
