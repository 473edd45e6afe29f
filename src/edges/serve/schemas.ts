import { z } from "@hono/zod-openapi";
import { apiSchemas, type Schema, type SchemaName } from "../../export/api/api-index.ts";

/** The names that the schemas of answers have in the OpenAPI document. */
export const SCHEMA_NAMES = {
  report: "Report",
  value: "TagValue",
  month: "Month",
  budget: "SubBudget",
  forecast: "Forecast",
  alerts: "Alerts",
  index: "Index",
} as const satisfies Record<SchemaName | "index", string>;
export type SchemaNames = typeof SCHEMA_NAMES;
type ComponentName = SchemaNames[keyof SchemaNames];

/** The schemas of answers: what the OpenAPI document says, and what every answer is checked with. */
export type AnswerSchemas = {
  readonly report: Schema;
  readonly components: Readonly<Record<ComponentName, Schema>>;
  /** The same value. Throws an error for one that isn't what the schema says. */
  readonly checked: (name: ComponentName, value: unknown) => unknown;
};

const TEXT = { type: "string" };
const ADDRESS = {
  type: "object",
  properties: {
    template: { ...TEXT, description: "The address under api/, with {period} for one of the periods." },
    about: TEXT,
    schema: { ...TEXT, description: "Which of the schemas its answer has." },
    key: { ...TEXT, description: "A tag, as it is in the books." },
    value: { ...TEXT, description: "A name, as it is in the books." },
    periods: { type: "array", items: TEXT },
  },
  required: ["template", "about", "schema", "periods"],
};

/** The schemas, given that of a report. */
export function answerSchemas(report: Schema): AnswerSchemas {
  const files = apiSchemas(report);
  const index: Schema = {
    type: "object",
    description: "All addresses with their periods, and the schemas of their answers.",
    properties: {
      ...{ name: TEXT, made: TEXT, timezone: TEXT },
      addresses: { type: "array", items: ADDRESS },
      schemas: { type: "object" },
    },
    required: ["name", "made", "timezone", "addresses", "schemas"],
  };
  const named = Object.entries({ ...files, index }).map(([name, schema]) => [nameOf(name), schema] as const);
  const components = Object.fromEntries(named) as Record<ComponentName, Schema>;
  const checks = new Map<string, z.ZodType>();
  return {
    report,
    components,
    checked(name, value) {
      const check = checks.get(name) ?? z.fromJSONSchema(components[name] as never);
      checks.set(name, check);
      const { success, error } = check.safeParse(JSON.parse(JSON.stringify(value)));
      if (!success) throw new Error(`An answer isn't a ${name}: ${error.message}`);
      return value;
    },
  };
}

function nameOf(name: string): ComponentName {
  return SCHEMA_NAMES[name as SchemaName | "index"];
}
