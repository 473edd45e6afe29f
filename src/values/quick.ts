import * as z from "zod/mini";

type Schema = z.core.$ZodType;

/** Which way through a codec. */
type Way = "decode" | "encode";

/** The value of another one; WRONG where zod has to look at it. */
type Walk = (value: unknown, way: Way) => unknown;

const WRONG = Symbol("wrong");

const walks = new WeakMap<Schema, Walk>();

/**
 * What a schema makes of a value, as `z.decode` and `z.encode` do, several times as fast: zod asks the schemas of all
 * keys of an object, and full books have thousands of objects with few of them. A value that zod would leave as it is
 * stays the same object. Undefined where the schema refuses the value: zod says why.
 */
export const quickly: Quickly = (schema, value, way) => {
  const found = walkOf(schema)(value, way);
  return found === WRONG ? undefined : { value: found as object };
};

/** Handed in by the store of full books: no other program loads this code. */
export type Quickly = (schema: Schema, value: unknown, way: Way) => { readonly value: object } | undefined;

function walkOf(schema: Schema): Walk {
  const walk = walks.get(schema) ?? checked(schema, walkFor(schema as z.core.$ZodTypes));
  walks.set(schema, walk);
  return walk;
}

/** A walk with what a schema checks of a value besides its kind. */
function checked(schema: Schema, walk: Walk | undefined): Walk {
  const { def, traits } = schema._zod;
  const own = traits.has("$ZodCheck") ? [schema as unknown as z.core.$ZodCheck] : [];
  const checks = [...own, ...(def.checks ?? [])] as readonly z.core.$ZodCheck[];
  if (walk === undefined || checks.some((check) => check._zod.def.when !== undefined)) return byZod(schema);
  if (checks.length === 0) return walk;
  return (value, way) => {
    const payload: z.core.ParsePayload = { value: walk(value, way), issues: [] };
    if (payload.value === WRONG) return WRONG;
    for (const check of checks) check._zod.check(payload as z.core.ParsePayload<never>);
    return payload.issues.length > 0 ? WRONG : payload.value;
  };
}

function byZod(schema: Schema): Walk {
  return (value, way) => {
    const result = (way === "decode" ? z.safeDecode : z.safeEncode)(schema as z.ZodMiniType, value);
    return result.success ? result.data : WRONG;
  };
}

const anyText: Walk = (value) => (typeof value === "string" ? value : WRONG);
const anything: Walk = (value) => value;

/** Undefined for a kind that only zod knows. */
function walkFor(schema: z.core.$ZodTypes): Walk | undefined {
  const { def, optin } = schema._zod;
  switch (def.type) {
    case "string":
      return anyText;
    case "number":
      return (value) => (Number.isFinite(value) ? value : WRONG);
    case "literal":
      return (value) => (def.values.includes(value as never) ? value : WRONG);
    case "custom":
    case "unknown":
      return anything;
    case "optional": {
      const inner = walkOf(def.innerType);
      return optin === "optional" ? (value, way) => (value === undefined ? value : inner(value, way)) : undefined;
    }
    case "pipe":
      return codecWalk(def as z.core.$ZodCodecDef);
    case "array":
      return arrayWalk(walkOf(def.element));
    case "record": {
      const slot = { at: 0, walk: walkOf(def.valueType) };
      return walkOf(def.keyType) === anyText ? objectWalk(schema, { slotOf: () => slot, required: [] }) : undefined;
    }
    case "object":
      return def.catchall?._zod.def.type === "unknown" ? objectWalk(schema, slotsIn(def.shape)) : undefined;
    default:
      return undefined;
  }
}

function codecWalk({ in: json, out, transform, reverseTransform }: z.core.$ZodCodecDef): Walk | undefined {
  if (transform === undefined || reverseTransform === undefined) return undefined;
  const [inner, outer] = [walkOf(json), walkOf(out)];
  return (value, way) => {
    const payload: z.core.ParsePayload = { value, issues: [] };
    const isDecoded = way === "decode";
    if ((isDecoded ? inner : outer)(value, way) === WRONG) return WRONG;
    const changed = (isDecoded ? transform : reverseTransform)(value, payload);
    return payload.issues.length > 0 ? WRONG : (isDecoded ? outer : inner)(changed, way);
  };
}

function arrayWalk(element: Walk): Walk {
  return (value, way) => {
    if (!Array.isArray(value)) return WRONG;
    const items = value.map((item) => element(item, way));
    return items.includes(WRONG) ? WRONG : items;
  };
}

/** A key's place among the keys of an object, and the walk of its value. */
type Slot = { readonly at: number; readonly walk: Walk };
type Slots = { readonly slotOf: (key: string) => Slot; readonly required: readonly string[] };

function slotsIn(shape: Readonly<Record<string, Schema>>): Slots {
  const schemas = Object.entries(shape);
  const slots = new Map(schemas.map(([key, schema], at) => [key, { at, walk: walkOf(schema) }]));
  const others = { at: schemas.length, walk: anything };
  const isRequired = ({ _zod: { optin, optout } }: Schema) => optin !== "optional" || optout !== "optional";
  return {
    slotOf: (key) => slots.get(key) ?? others,
    required: schemas.filter(([, schema]) => isRequired(schema)).map(([key]) => key),
  };
}

function objectWalk(schema: Schema, { slotOf, required }: Slots): Walk {
  return (value, way) => {
    if (!isPlain(value)) return WRONG;
    let result = value;
    let last = 0;
    for (const key in value) {
      const { at, walk } = slotOf(key);
      // Zod puts the keys into the schema's order, and drops this one.
      if (at < last || key === "__proto__") return byZod(schema)(value, way);
      last = at;
      const before = value[key];
      const after = walk(before, way);
      if (after === WRONG) return WRONG;
      if (after === before) continue;
      if (result === value) result = Object.assign({}, value);
      result[key] = after;
    }
    if (required.some((key) => !(key in value))) return WRONG;
    return result;
  };
}

/** An object as JSON has it. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
