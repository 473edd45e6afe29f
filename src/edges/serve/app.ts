import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { VERSION } from "../../version.ts";
import type { Answer, Answers } from "./answers.ts";
import { elsewhere } from "./elsewhere.ts";
import { givenToken, isFromUs, type Refusal, strangerAt, unauthorized } from "./guard.ts";
import type { AcknowledgedAnswer, Acknowledgement } from "./person.ts";
import { ACKNOWLEDGE, acknowledgement, FIGURES, figureRoute, HEALTH, INDEX, METRICS, period } from "./routes.ts";
import type { AnswerSchemas } from "./schemas.ts";
import type { ServeSettings } from "./settings.ts";

/** What the server is made of. */
export type AppParts = {
  readonly settings: ServeSettings;
  readonly schemas: AnswerSchemas;
  /** The answers as the books are now, or why there are none. */
  readonly answers: () => Promise<Answers | Refusal>;
  readonly acknowledge: (token: string, said: Acknowledgement) => Promise<AcknowledgedAnswer | Refusal>;
  /** A bug, for the terminal. */
  readonly onBug: (error: unknown) => void;
};

const MAX_BODY = 10_000;
const RETRY_SECONDS = "5";

/** What every answer says: it is for this reader, is asked for again, and belongs into no foreign page. */
const HEADERS = {
  "cache-control": "private, no-cache",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** All addresses of the server. Nothing that a request has is logged. */
export function serveApp(parts: AppParts): OpenAPIHono {
  const { settings, onBug } = parts;
  const app = new OpenAPIHono();
  app.use(async (c, next) => {
    const isHealth = c.req.path === HEALTH.path;
    const refusal = isHealth ? undefined : strangerAt((name) => c.req.header(name), settings);
    if (refusal !== undefined) return refused(c, refusal);
    return next();
  });
  app.get(HEALTH.path, (c) => c.json({ status: "ok" }, 200, HEADERS));
  // Browsers ask for it beside every answer that isn't a page.
  app.get("/favicon.ico", (c) => c.body(null, 204));
  addWrites(app, parts);
  app.use(async (c, next) => {
    const refusal = unauthorized((name) => c.req.header(name), settings);
    return refusal === undefined ? next() : refused(c, refusal);
  });
  addDocument(app, parts);
  addReads(app, parts);
  app.notFound((c) => refused(c, nothing("Nothing is at this address. GET /api/index lists the figures.")));
  app.onError((error, c) => {
    onBug(error);
    return refused(c, {
      status: 500,
      error: "bug",
      message: "This answer can't be made. The server's terminal says why.",
    });
  });
  return app;
}

function addReads(app: OpenAPIHono, { answers }: AppParts): void {
  const read = (find: (found: Answers, c: Context) => Answer | Refusal) => async (c: Context) => {
    const found = await answers();
    const answer = "error" in found ? found : find(found, c);
    return "error" in answer ? refused(c, answer) : sent(c, answer);
  };
  app.get(
    METRICS.path,
    read((found) => found.metrics()),
  );
  app.get(
    INDEX.path,
    read((found) => found.index()),
  );
  app.get(
    "/api/index.json",
    read((found) => found.index()),
  );
  app.get(
    "/api/*",
    read((found, c) => figuresAt(found, c)),
  );
  app.get(
    "/",
    read((found) => found.page("index.html") ?? nothing()),
  );
  app.get(
    "*",
    read((found, c) => found.page(pathOf(c).slice(1).join("/")) ?? nothing()),
  );
}

function figuresAt(found: Answers, c: Context): Answer | Refusal {
  const [, , ...segments] = pathOf(c);
  const file = segments.at(-1)?.endsWith(".json") === true ? found.file(segments.join("/")) : undefined;
  if (file !== undefined) return file;
  const asked = period.safeParse({ period: c.req.query("period") });
  if (!asked.success) {
    const message = "period is a month such as 2026-02, this-month or last-month.";
    return { status: 400, error: "bad-period", message };
  }
  const figures = found.figures(segments, asked.data.period ?? "this-month");
  if (figures === undefined) return nothing("Nothing of that name. GET /api/index lists the figures.");
  if ("answer" in figures) return figures.answer;
  return nothing(`There is nothing of that month. There is: ${figures.months.join(", ")}.`);
}

function nothing(message = "There is no such page."): Refusal {
  return { status: 404, error: "not-found", message };
}

/** The path's segments as they were before they were written as an address. */
function pathOf(c: Context): string[] {
  return new URL(c.req.url).pathname.split("/").map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}

function addWrites(app: OpenAPIHono, parts: AppParts): void {
  const tooLarge = { status: 413, error: "too-large", message: "The body is too large." } as const;
  app.post(
    "/api/alerts/acknowledge/:id",
    bodyLimit({ maxSize: MAX_BODY, onError: (c) => refused(c, tooLarge) }),
    async (c) => {
      const said = await saidIn(c, parts.settings);
      if ("error" in said) return refused(c, said);
      const answer = await parts.acknowledge(said.token, { id: c.req.param("id"), note: said.note });
      return "error" in answer ? refused(c, answer) : c.json(answer, 200, HEADERS);
    },
  );
  for (const method of ["post", "put", "patch", "delete"] as const) {
    app[method]("*", (c) => refused(c, elsewhere(c.req.path)));
  }
}

/** The token and the note of a request to write, or why it is none. */
async function saidIn(
  c: Context,
  settings: ServeSettings,
): Promise<{ token: string; note: string | undefined } | Refusal> {
  const header = (name: string) => c.req.header(name);
  if (!settings.takesGitHubTokens) {
    const message =
      "This server takes no GitHub token, for others could read it on its way: start it with --behind-tls.";
    return { status: 403, error: "no-tls", message };
  }
  if (!isFromUs(header, settings)) {
    const message = "Send this server's own address as Origin, such as Origin: http://127.0.0.1:8484.";
    return { status: 403, error: "wrong-origin", message };
  }
  if (!/^application\/json\s*(;|$)/i.test(header("content-type") ?? "")) {
    return { status: 415, error: "not-json", message: "Send Content-Type: application/json." };
  }
  const bearer = /^bearer /i.test(header("authorization") ?? "") ? givenToken(header("authorization")) : undefined;
  if (bearer === undefined || bearer === settings.token) {
    const message = "Send a personal GitHub token: Authorization: Bearer TOKEN. The server's own token only lets read.";
    return { status: bearer === undefined ? 401 : 403, error: "unauthorized", message };
  }
  const body = acknowledgement.safeParse(await c.req.json().catch(() => undefined));
  if (body.success) return { token: bearer, note: body.data.note };
  return { status: 400, error: "bad-body", message: 'Send JSON: {} or {"note": "up to 200 characters"}.' };
}

function addDocument(app: OpenAPIHono, { schemas }: AppParts): void {
  const { openAPIRegistry: registry } = app;
  for (const [name, schema] of Object.entries(schemas.components)) {
    registry.registerComponent("schemas", name, schema as never);
  }
  registry.registerComponent("securitySchemes", "read", {
    ...{ type: "http", scheme: "bearer" },
    description: "The server's token, which lets read. A browser's login takes it as the password.",
  });
  registry.registerComponent("securitySchemes", "github", {
    ...{ type: "http", scheme: "bearer" },
    description: "A GitHub token of a person who can write to the repository of the books.",
  });
  for (const route of [HEALTH, METRICS, INDEX, ACKNOWLEDGE, ...FIGURES.map(figureRoute)]) registry.registerPath(route);
  const description =
    "A budget for AI runs as its books are now. Amounts are US dollars as numbers, unless a unit says otherwise.";
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "token-budget", version: VERSION, description, license: { name: "MIT" } },
    servers: [{ url: "/" }],
  });
}

function sent(c: Context, { type, body, etag }: Answer): Response {
  const headers = { ...HEADERS, etag };
  const known = (c.req.header("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (known.includes(etag)) return c.body(null, 304, headers);
  return c.body(body, 200, { ...headers, "content-type": type });
}

function refused(c: Context, { status, error, message }: Refusal): Response {
  if (status === 503) c.header("retry-after", RETRY_SECONDS);
  if (status === 401) {
    // A browser asks its person for a login, if that is the first scheme that is named.
    const scheme =
      c.req.method === "GET" ? 'Basic realm="token-budget", charset="UTF-8"' : 'Bearer realm="token-budget"';
    c.header("www-authenticate", scheme);
  }
  return c.json({ error, message }, status, HEADERS);
}
