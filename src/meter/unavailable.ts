import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import type { MeterFigures } from "./figures.ts";
import { createLiveFile } from "./live-file.ts";
import { refusalOf } from "./reading/refusal.ts";
import { routeOf } from "./reading/route.ts";
import { clientOf } from "./reading/who.ts";
import { replyJson, replyRefusal, replyShortly } from "./replies.ts";
import { examine, keysOf } from "./request-rules.ts";
import { type MeterSetup, meterFile } from "./setup.ts";

/** Why requests are refused for good. */
const WHYS = {
  dead: "token-budget's meter is unavailable: its process ended twice. Requests of this run are refused, for nothing counts them.",
  late: "token-budget ends this run: the time that it was let in for is over, and what was set aside for it is charged. Raise hold-minutes for longer runs.",
} as const;

/** How every request is refused. */
export type Refusing = {
  readonly why: keyof typeof WHYS;
  /** The meter's last figures; undefined if it died. */
  readonly figures: MeterFigures | undefined;
  /** Called when it was asked to end. */
  readonly end: () => void;
};

/** What refuses every request of the connections it gets, and counts them beside what the meter has counted. */
export function serveUnavailable(setup: MeterSetup, { why, figures, end }: Refusing): (socket: Socket) => void {
  const keys = keysOf(setup);
  const text = WHYS[why];
  const path = meterFile(setup, "json");
  const before = figures ?? figuresIn(path);
  let refused = 0;
  const now = () => before && (refused === 0 ? before : withRefused(before, { refused, text }));
  const live = before === undefined ? undefined : createLiveFile(path, () => JSON.stringify(now()));
  const server = createServer((request, response) => {
    const asked = examine(request, keys);
    if (asked.kind === "refused") return replyShortly(response, asked.status, asked.text);
    if (asked.kind === "control") {
      if (request.method === "POST") {
        live?.close();
        response.once("close", end);
      }
      response.shouldKeepAlive = false;
      // What died can't say that it is all.
      return replyJson(response, figures === undefined ? null : now());
    }
    refused += 1;
    live?.touch();
    const route = routeOf(asked.word, request.method ?? "", asked.path);
    const client = clientOf(request.headers as Record<string, string | undefined>);
    replyRefusal(response, refusalOf(route, client, { code: "unavailable", text }));
  });
  return (socket) => {
    server.emit("connection", socket);
    socket.resume();
  };
}

function withRefused(before: MeterFigures, { refused, text }: { readonly refused: number; readonly text: string }) {
  const unavailable = before.refused.unavailable + refused;
  return { ...before, refused: { ...before.refused, unavailable }, refusal: { code: "unavailable" as const, text } };
}

/** The figures that a dead process has left. */
function figuresIn(path: string): MeterFigures | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as MeterFigures;
  } catch {
    return undefined;
  }
}
