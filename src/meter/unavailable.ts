import { createServer } from "node:http";
import type { Socket } from "node:net";
import { refusalOf } from "./reading/refusal.ts";
import { routeOf } from "./reading/route.ts";
import { clientOf } from "./reading/who.ts";
import { replyJson, replyRefusal, replyShortly } from "./replies.ts";
import { examine, keysOf } from "./request-rules.ts";
import type { MeterSetup } from "./setup.ts";

const TEXT =
  "token-budget's meter is unavailable: its process ended twice. Requests of this run are refused, for nothing counts them.";

/** What refuses every request of the connections it gets; asked to end, it calls back. */
export function serveUnavailable(setup: MeterSetup, end: () => void): (socket: Socket) => void {
  const keys = keysOf(setup);
  const server = createServer((request, response) => {
    const asked = examine(request, keys);
    if (asked.kind === "refused") return replyShortly(response, asked.status, asked.text);
    if (asked.kind === "control") {
      if (request.method === "POST") response.once("close", end);
      response.shouldKeepAlive = false;
      return replyJson(response, null);
    }
    const route = routeOf(asked.word, request.method ?? "", asked.path);
    const client = clientOf(request.headers as Record<string, string | undefined>);
    replyRefusal(response, refusalOf(route, client, { code: "unavailable", text: TEXT }));
  });
  return (socket) => {
    server.emit("connection", socket);
    socket.resume();
  };
}
