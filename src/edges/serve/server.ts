import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type LiveDashboard, liveDashboard } from "../../commands/live-dashboard.ts";
import type { Ports } from "../../commands/operation/ports.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { BudgetError } from "../../values/errors.ts";
import { type Answers, answersOf } from "./answers.ts";
import { serveApp } from "./app.ts";
import { freshly, TooSlow } from "./fresh.ts";
import type { Refusal } from "./guard.ts";
import { acknowledgeAs, type Here } from "./person.ts";
import { type AnswerSchemas, answerSchemas } from "./schemas.ts";
import type { ServeSettings } from "./settings.ts";

/** What a server needs: its books, how it is reached, and who hears what goes wrong. */
export type ServerParts = {
  /** The books; `progress` is called while a long ledger is read. */
  readonly ports: (progress: Ports["progress"]) => Promise<Ports>;
  readonly settings: ServeSettings;
  readonly people: "names" | "hashes";
  readonly here: Here;
  /** A line for the terminal. */
  readonly say: (text: string) => void;
  /** How long those who ask wait, in milliseconds; 9 s if left out. */
  readonly waitMs?: number;
};

/** A server that listens. */
export type Running = { readonly url: string; readonly stop: () => Promise<void> };

/** Whoever asks gets an answer within ten seconds. */
const WAIT_MS = 9_000;
const LOST_MS = 60_000;
/** How long requests may take to end once the server stops. */
const GRACE_MS = 10_000;
const SWEEP_MS = 50;

/** Listens, and begins to read the books. Rejects if it can't listen. */
export async function startServer(parts: ServerParts): Promise<Running> {
  const { settings, here, say } = parts;
  const { default: report } = await import("../../../token-budget-report.schema.json", { with: { type: "json" } });
  const schemas = answerSchemas(report);
  const { answers, expire } = booksOf(parts, schemas);
  const app = serveApp({
    ...{ settings, schemas, answers },
    acknowledge: async (token, said) => {
      try {
        return await acknowledgeAs(token, said, here);
      } finally {
        expire();
      }
    },
    onBug: (error) => say(`A request could not be answered: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const limits = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 65_000 };
  const server = createServer(limits, getRequestListener(app.fetch));
  await listening(server, settings);
  // The first who asks shouldn't be the one who waits.
  void answers();
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return { url: `http://${host}:${port}`, stop: () => stopped(server) };
}

function booksOf({ ports, settings, people, say, waitMs = WAIT_MS }: ServerParts, schemas: AnswerSchemas) {
  let look: Promise<LiveDashboard> | undefined;
  let made: { readonly dashboard: Dashboard; readonly answers: Answers } | undefined;
  let said: string | undefined;
  let warned = "";
  const warn = (texts: readonly string[]) => {
    const text = texts.join("\n");
    if (text !== "" && text !== warned) say(text);
    warned = text;
  };
  const fresh = freshly(
    async (isLost) => {
      // What a lost look does later must not change the sums of those after it.
      if (isLost || look === undefined)
        look = ports(() => fresh.touch()).then((opened) => liveDashboard(opened, { shown: people, warn }));
      const opening = look;
      const dashboard = await (
        await opening.catch((error: unknown) => {
          look = undefined;
          throw error;
        })
      )();
      if (made?.dashboard !== dashboard) made = { dashboard, answers: answersOf(dashboard, schemas) };
      return made.answers;
    },
    { freshMs: settings.freshMs, waitMs, lostMs: LOST_MS, clock: () => performance.now() },
  );
  const note = (text: string | undefined) => {
    if (text !== undefined && text !== said) say(text);
    if (text === undefined && said !== undefined) say("The books can be read again.");
    said = text;
  };
  const answers = async (): Promise<Answers | Refusal> => {
    try {
      const found = await fresh.get();
      note(undefined);
      return found;
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof TooSlow)) throw error;
      note(error.message);
      const code = error instanceof BudgetError ? error.code : "state-unreachable";
      return { status: 503, error: code, message: error.message };
    }
  };
  return { answers, expire: fresh.expire };
}

function listening(server: Server, { host, port }: ServeSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program does: choose another --port" : error.message;
      reject(new BudgetError("bad-input", `Can't listen on ${host}, port ${port}: ${why}.`));
    });
    server.listen(port, host, resolve);
  });
}

/** Ends when all requests have their answer, or after a while. */
async function stopped(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that gets its last answer now would stay open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(late);
}
