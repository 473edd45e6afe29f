import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { SCHEMA_NAMES, type SchemaNames } from "./schemas.ts";

/** An address of figures: its path with the names in it, what it is, and which schema its answer has. */
type FigureRoute = {
  readonly path: string;
  readonly summary: string;
  readonly schema: keyof SchemaNames;
  /** What a name in the path is. */
  readonly names?: Readonly<Record<string, string>>;
};

const AGENT = "A value of the tag agent.";
const DIVISION = "A value of the tag division.";

/** The addresses of design: each takes a period. */
export const FIGURES: readonly FigureRoute[] = [
  {
    path: "/api/cost/organization",
    summary: "What a month cost, by model, against the month before",
    schema: "report",
  },
  { path: "/api/cost/trends", summary: "What a month cost by day, its averages and its growth", schema: "report" },
  {
    path: "/api/org/cost-summary",
    summary: "What a month cost, by result, against the month before",
    schema: "report",
  },
  {
    path: "/api/cost/tokens/{agent}",
    summary: "What an agent used and cost in a month",
    schema: "value",
    names: { agent: AGENT },
  },
  {
    path: "/api/cost/division/{id}",
    summary: "What a division cost in a month",
    schema: "value",
    names: { id: DIVISION },
  },
  {
    path: "/api/division/{id}/cost-status",
    summary: "What a division cost in a month",
    schema: "value",
    names: { id: DIVISION },
  },
  {
    path: "/api/cost/tag/{key}/{value}",
    summary: "What a value of a tag cost in a month",
    schema: "value",
    names: { key: "A tag.", value: "A value of it." },
  },
  {
    path: "/api/cost/breakdown/{dimension}",
    summary: "What a month cost by a dimension",
    schema: "report",
    names: { dimension: "model, workflow, tag:team and so on: the index lists them." },
  },
  {
    path: "/api/budget/status/budget/month",
    summary: "The month's budget",
    schema: "month",
  },
  {
    path: "/api/budget/status/{type}/{id}",
    summary: "A sub-budget in its present period",
    schema: "budget",
    names: { type: "budget, or a tag that a sub-budget is of.", id: "The sub-budget, or the tag's value." },
  },
  {
    path: "/api/budget/forecast/{id}",
    summary: "What the month or a sub-budget's period comes to",
    schema: "forecast",
    names: { id: "month, or a sub-budget." },
  },
  { path: "/api/alerts/active", summary: "The alerts that are open", schema: "alerts" },
  { path: "/api/alerts/history", summary: "The alerts of the last thirteen months, oldest first", schema: "alerts" },
  {
    path: "/api/alerts/strategic",
    summary: "The critical alerts and emergencies of the last thirteen months, oldest first",
    schema: "alerts",
  },
];

export const problem = z
  .object({
    error: z.string().openapi({ description: "A stable code.", example: "unauthorized" }),
    message: z.string().openapi({ description: "What happened, and what to do." }),
  })
  .openapi("Problem");

export const acknowledgement = z
  .strictObject({ note: z.optional(z.string().min(1).max(200)) })
  .openapi("Acknowledgement", { description: "What the person says about the alert." });

export const acknowledged = z
  .object({
    message: z.string().openapi({ example: "A-0214-3 acknowledged by octocat: 75% of the month is spent." }),
    alerts: z.array(z.unknown()).openapi({ type: "array", description: "The alerts that are open now." }),
  })
  .openapi("Acknowledged");

export const period = z.object({
  period: z.optional(
    z
      .string()
      .regex(/^(\d{4}-(0[1-9]|1[0-2])|this-month|last-month)$/)
      .openapi({ description: "A month, this-month or last-month. Default: this-month.", example: "2026-02" }),
  ),
});

const answer = (description: string, type: string, schema: object) => ({
  description,
  content: { [type]: { schema } },
});
const refused = (description: string) => answer(description, "application/json", problem);
const ETAG = { 304: { description: "Nothing has changed since the answer with that ETag." } };
const READING = {
  401: refused("No token, or not this server's."),
  403: refused("A page of another origin."),
  421: refused("Another host's name."),
  503: refused("The books can't be read now."),
};
const READ = [{ read: [] }];

/** The routes of the document; an address of figures is one of them. */
export function figureRoute({ path, summary, schema, names = {} }: FigureRoute) {
  const params = z.object(
    Object.fromEntries(Object.entries(names).map(([name, description]) => [name, z.string().openapi({ description })])),
  );
  return createRoute({
    method: "get",
    ...{ path, summary, security: READ, tags: ["figures"] },
    request: { query: period, ...(Object.keys(names).length > 0 && { params }) },
    responses: {
      200: answer(summary, "application/json", { $ref: `#/components/schemas/${SCHEMA_NAMES[schema]}` }),
      ...ETAG,
      400: refused("A period of another form."),
      404: refused("Nothing of that name, or of that month."),
      ...READING,
    },
  } satisfies RouteConfig);
}

export const INDEX = createRoute({
  method: "get",
  ...{ path: "/api/index", summary: "All addresses with their periods and schemas", security: READ, tags: ["figures"] },
  responses: {
    200: answer("The list.", "application/json", { $ref: `#/components/schemas/${SCHEMA_NAMES.index}` }),
    ...ETAG,
    ...READING,
  },
});

export const METRICS = createRoute({
  method: "get",
  ...{ path: "/metrics", summary: "Metrics for Prometheus", security: READ, tags: ["server"] },
  responses: {
    200: answer("Gauges in the text format 0.0.4.", "text/plain", { type: "string" }),
    ...ETAG,
    ...READING,
  },
});

export const HEALTH = createRoute({
  method: "get",
  ...{ path: "/healthz", summary: "Whether the server runs; it asks nothing of the books", tags: ["server"] },
  security: [],
  responses: {
    200: answer("It runs.", "application/json", z.object({ status: z.literal("ok") }).openapi("Health")),
  },
});

export const ACKNOWLEDGE = createRoute({
  method: "post",
  ...{ path: "/api/alerts/acknowledge/{id}", summary: "A person takes an alert on", tags: ["alerts"] },
  security: [{ github: [] }],
  request: {
    params: z.object({ id: z.string().openapi({ example: "A-0214-3" }) }),
    headers: z.object({ origin: z.string().openapi({ description: "This server's own origin." }) }),
    body: { required: true, content: { "application/json": { schema: acknowledgement } } },
  },
  responses: {
    200: answer("It is acknowledged, by this request or before.", "application/json", acknowledged),
    400: refused("A body of another form."),
    401: refused("No token, or one that GitHub doesn't accept."),
    403: refused("Not a person, not one who may write, or not from a page of this server."),
    404: refused("No such alert, or books that belong to no repository."),
    413: refused("A body that is too large."),
    415: refused("A body that isn't JSON."),
    421: refused("Another host's name."),
    503: refused("The books or GitHub gave no answer."),
  },
});
