import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import type { Instant, Month } from "../../values/month.ts";

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Which schema a file has. */
export type SchemaName = "report" | "value" | "month" | "budget" | "forecast" | "alerts";

/** An address, the names in it as the books have them, and the months that it has a file for. */
export type Address = {
  readonly template: string;
  readonly about: string;
  readonly schema: SchemaName;
  readonly key?: string;
  readonly value?: string;
  readonly periods: readonly Month[];
};

/** What there is, and how it is to be read. */
export type ApiIndex = {
  readonly name: string;
  readonly made: Instant;
  readonly timezone: string;
  readonly addresses: readonly Address[];
  readonly schemas: Readonly<Record<SchemaName, Schema>>;
};

/** The list of all addresses with their schemas. */
export function indexOf(
  { name, now, state }: Dashboard,
  { addresses, reportSchema }: { readonly addresses: readonly Address[]; readonly reportSchema: Schema },
): ApiIndex {
  return {
    name,
    made: now,
    timezone: state.timezone,
    addresses,
    schemas: apiSchemas(reportSchema),
  };
}

/** The schemas of all files but the list itself, given that of a report. */
export function apiSchemas(reportSchema: Schema): ApiIndex["schemas"] {
  return { report: reportSchema, ...schemasWith(reportSchema) };
}

const NUMBER = { type: "number" };
const TEXT = { type: "string" };
const TEXT_OR_NULL = { type: ["string", "null"] };
const NUMBER_OR_NULL = { type: ["number", "null"] };
const PROJECTED_BY = { enum: ["pace", "share", null] };
const LIST = { type: "array" };

function schemasWith(report: Schema): Omit<ApiIndex["schemas"], "report"> {
  const { period = {}, rows = {} } = (report["properties"] ?? {}) as Readonly<
    Record<string, { readonly items?: Schema }>
  >;
  const span = period as Schema;
  return {
    value: object("What a value of a tag cost in a month; dollars as numbers, shares from 0 to 1.", {
      period: span,
      compare: { anyOf: [span, { type: "null" }] },
      timezone: TEXT,
      key: TEXT,
      value: TEXT,
      row: rows.items ?? {},
    }),
    month: object("The month's budget in dollars; percentUsed and percentHeld are of budget + topUps.", {
      ...{ month: TEXT, budget: NUMBER, topUps: NUMBER, spent: NUMBER, held: NUMBER, remaining: NUMBER },
      ...{ percentUsed: NUMBER, percentHeld: NUMBER, health: HEALTH, executions: NUMBER, prs: NUMBER },
      ...{ openHolds: NUMBER, resetsAt: TEXT, timezone: TEXT, isNew: { type: "boolean" } },
    }),
    budget: object("A sub-budget in its present period; amounts in its unit, dollars or tokens.", {
      ...{ name: TEXT, unit: TEXT, limit: NUMBER, spent: NUMBER, held: NUMBER, remaining: NUMBER },
      ...{ percentUsed: NUMBER, percentHeld: NUMBER, resetsAt: TEXT_OR_NULL, period: TEXT, health: HEALTH },
      ...{ perDay: NUMBER, projected: NUMBER_OR_NULL, projectedBy: PROJECTED_BY, forecast: FORECAST, thresholds: LIST },
      nextAlert: { type: ["object", "null"] },
      ...{ goneAt: TEXT_OR_NULL, executions: NUMBER, prs: NUMBER, efficiency: LIST },
    }),
    forecast: {
      ...object("What a period comes to if no run is denied, in its unit.", {
        name: TEXT,
        unit: TEXT,
        forecast: FORECAST,
      }),
      additionalProperties: true,
    },
    alerts: object("Alerts, oldest first.", { alerts: { type: "array", items: ALERT } }),
  };
}

function object(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", description, properties, required: Object.keys(properties), additionalProperties: false };
}

const HEALTH = { enum: ["green", "yellow", "red", "blocked"] };
const RANGE = { anyOf: [object("", { low: NUMBER, high: NUMBER }), { type: "null" }] };
const FORECAST = {
  anyOf: [
    object(
      "A point and where the total lies in 50, 80 and 95 of 100 cases; these are null while only a pace is known.",
      {
        ...{ spent: NUMBER, point: NUMBER, likely50: RANGE, likely80: RANGE, likely95: RANGE },
      },
    ),
    { type: "null" },
  ],
};
const ALERT = object("", {
  ...{
    id: TEXT,
    kind: TEXT,
    severity: TEXT,
    budget: TEXT_OR_NULL,
    unit: TEXT,
    period: TEXT_OR_NULL,
    at: TEXT,
    text: TEXT,
  },
  ...{ facts: { type: "object" }, acknowledged: { type: ["object", "null"] } },
  ...{ escalatedAt: TEXT_OR_NULL, resolvedAt: TEXT_OR_NULL, open: { type: "boolean" } },
});
