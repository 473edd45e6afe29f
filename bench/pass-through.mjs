// The least a proxy can be, for bench/meter.ts: node:http to node:http, nothing read. node bench/pass-through.mjs PORT
import { Agent, createServer, request } from "node:http";

const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const server = createServer({ keepAliveTimeout: 120_000 }, (asked, response) => {
  const { method, url, headers } = asked;
  const sent = request({ host: "127.0.0.1", port, agent, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  sent.on("error", () => response.destroy());
  asked.pipe(sent);
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.once("disconnect", () => process.exit());
