import * as z from "zod/mini";
import { count, instant, isInstant, month, usd } from "./codecs.ts";
import { nanoOf } from "./money.ts";
import { MONTH_PATTERN } from "./month.ts";

const MISS = Symbol("miss");

/** Decodes a value of JSON in place; MISS for one that isn't accepted. */
type Quick = (value: unknown) => unknown;

/**
 * A function that decodes values of a schema several times faster than the schema does. It takes what JSON.parse made,
 * and changes it: afterwards nobody else may use it. What it accepts has the value that the schema gives it, with its
 * keys in the order of the JSON; undefined for anything else, about which the schema must be asked with a fresh value. It
 * knows loose objects, lists, records, plain values and this program's codecs, and asks any other part of the schema.
 */
export function quickDecoder<Schema extends z.ZodMiniType>(
  schema: Schema,
): (value: unknown) => z.output<Schema> | undefined {
  const quick = quickOf(schema);
  return (value) => {
    const decoded = quick(value);
    return decoded === MISS ? undefined : (decoded as z.output<Schema>);
  };
}

function quickOf(schema: z.core.$ZodType): Quick {
  const own = OWN.get(schema);
  if (own !== undefined) return own;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.checks !== undefined && def.checks.length > 0) return asked(schema);
  switch (def.type) {
    case "object":
      return def.catchall?._zod.def.type === "unknown" ? objectOf(def.shape) : asked(schema);
    case "array":
      return listOf(quickOf(def.element));
    case "record":
      return recordOf(quickOf(def.valueType));
    case "string":
      return plain((value) => typeof value === "string");
    case "number":
      return plain("format" in def ? Number.isSafeInteger : Number.isFinite);
    case "enum":
      return oneOf(Object.values(def.entries));
    case "literal":
      return oneOf(def.values);
    default:
      return asked(schema);
  }
}

/** The program's codecs, which are in every line. */
const OWN: ReadonlyMap<z.core.$ZodType, Quick> = new Map<z.core.$ZodType, Quick>([
  [usd, quickUsd],
  [instant, plain((value) => typeof value === "string" && isInstant(value))],
  [month, plain((value) => typeof value === "string" && MONTH_PATTERN.test(value))],
  [count, plain((value) => Number.isSafeInteger(value) && (value as number) >= 0)],
]);

function quickUsd(value: unknown): unknown {
  try {
    return typeof value === "number" ? nanoOf(value) : MISS;
  } catch {
    return MISS;
  }
}

function plain(accepts: (value: unknown) => boolean): Quick {
  return (value) => (accepts(value) ? value : MISS);
}

function oneOf(values: readonly unknown[]): Quick {
  const all = new Set(values);
  return plain((value) => all.has(value));
}

function asked(schema: z.core.$ZodType): Quick {
  return (value) => {
    const result = z.safeDecode(schema, value);
    return result.success ? result.data : MISS;
  };
}

function objectOf(shape: Readonly<Record<string, z.core.$ZodType>>): Quick {
  const required = new Set(Object.keys(shape).filter((key) => innerOf(shape[key]) === undefined));
  const quicks = new Map(Object.entries(shape).map(([key, schema]) => [key, quickOf(innerOf(schema) ?? schema)]));
  return (value) => {
    if (!isObject(value)) return MISS;
    let found = 0;
    for (const key of Object.keys(value)) {
      const quick = quicks.get(key);
      // A key that this release doesn't know is kept as it is.
      if (quick === undefined && key !== "__proto__") continue;
      if (quick === undefined || !decodeAt(value, key, quick)) return MISS;
      if (required.has(key)) found += 1;
    }
    return found === required.size ? value : MISS;
  };
}

/** What may be left out. */
function innerOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodMiniOptional ? schema.def.innerType : undefined;
}

function recordOf(quick: Quick): Quick {
  return (value) => {
    const isRead =
      isObject(value) && Object.keys(value).every((key) => key !== "__proto__" && decodeAt(value, key, quick));
    return isRead ? value : MISS;
  };
}

function listOf(quick: Quick): Quick {
  return (value) => (Array.isArray(value) && value.every((_, index) => decodeAt(value, index, quick)) ? value : MISS);
}

function decodeAt<Key extends string | number>(holder: { [K in Key]?: unknown }, key: Key, quick: Quick): boolean {
  const decoded = quick(holder[key]);
  holder[key] = decoded;
  return decoded !== MISS;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
