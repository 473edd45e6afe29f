import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { encodeState } from "../../src/books/file/encode.ts";
import { stateSchema } from "../../src/books/state.ts";
import { quickly } from "../../src/values/quick.ts";
import { freshState, hold } from "../books/sample-books.ts";
import { countOf } from "../support/pace/pace.ts";

type Json = unknown;

const EXAMPLE = readFileSync("token_budget.example.json", "utf8");
const HELD = encodeState(
  freshState({
    holds: [hold({ gate: true, budgets: { "each/o/r": 12 } }), hold({ id: "hold-2", tags: { team: "a" } })],
    budgets: { "each/o/r": { period: "2026-02", spent: 5 as never, tokens: 7, alerts_sent: [50] } },
    exhausted_at: "2026-02-14T10:00:00Z",
  }),
);

/** What may stand where something else should; JSON text, because a key like __proto__ is one only when it is parsed. */
const ODD = [
  ...["null", "true", '""', '"text"', "-1", "0.5", "-0", "1e300", "9007199254740993", "0.1234567891", "8388608", "[]"],
  ...["{}", '{"__proto__":1}', '{"constructor":"x","toString":2}', '{"42":1,"id":"x"}', "[null]", "[[],{}]"],
  ...['"2026-02-14T10:00:00Z"', '"2026-02-14T10:00:00"', '"2026-13"', '"2026-02"', '"settled"', '"subscription"'],
];

const change = fc.record({
  /** Where: how far into the tree, whichever way. */
  at: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 }),
  what: fc.constantFrom("replace", "replace", "remove", "turn around", "add"),
  odd: fc.constantFrom(...ODD),
  key: fc.constantFrom("__proto__", "constructor", "42", "id", "at", "spent", "new"),
});

/** A tree with one change; the same tree where there is nothing to change. */
function changed(tree: Json, { at, ...rest }: Readonly<typeof change extends fc.Arbitrary<infer T> ? T : never>): Json {
  if (typeof tree !== "object" || tree === null) return rest.what === "replace" ? JSON.parse(rest.odd) : tree;
  const entries = Object.entries(tree);
  const [where = 0, ...further] = at;
  const chosen = entries.length === 0 ? -1 : where % entries.length;
  const after = entries.flatMap(([key, value], index) => {
    if (index !== chosen) return [[key, value] as const];
    if (further.length > 0) return [[key, changed(value, { at: further, ...rest })] as const];
    if (rest.what === "remove") return [];
    return [[key, rest.what === "replace" ? JSON.parse(rest.odd) : value] as const];
  });
  if (Array.isArray(tree)) return after.map(([, value]) => value);
  if (further.length === 0 && rest.what === "add") after.push([rest.key, JSON.parse(rest.odd)]);
  if (further.length === 0 && rest.what === "turn around") after.reverse();
  // As a parser makes it: __proto__ is a key like any other.
  return JSON.parse(`{${after.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);
}

/** The text that a way through the schema comes to, "refused" if to none: key order and all. */
const textOf = (value: Json): string => `${JSON.stringify(value)}`;
const byZod = (way: "decode" | "encode", value: Json): string => {
  const result = (way === "decode" ? z.safeDecode : z.safeEncode)(stateSchema as z.ZodMiniType, value);
  return result.success ? textOf(result.data) : "refused";
};
const byWalk = (way: "decode" | "encode", value: Json): string => {
  const result = quickly(stateSchema, value, way);
  return result === undefined ? "refused" : textOf(result.value);
};

describe("the quick way through a schema", () => {
  it.each([
    ["the example", EXAMPLE],
    ["books with holds", HELD],
  ])("makes of %s, whatever is changed in them, what zod makes, and refuses what zod refuses", (_, text) => {
    const met = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const json = changes.reduce<Json>(changed, JSON.parse(text));
        const decoded = byZod("decode", json);
        expect(byWalk("decode", json)).toBe(decoded);
        met[decoded === "refused" ? "refused" : "taken"] += 1;
        // The same changes in a state: what no decision should make isn't written.
        const state = changes.reduce<Json>(changed, z.decode(stateSchema, JSON.parse(text)));
        expect(byWalk("encode", state)).toBe(byZod("encode", state));
      }),
      { numRuns: countOf("cases") },
    );
    expect(met.taken).toBeGreaterThan(0);
    expect(met.refused).toBeGreaterThan(0);
  });

  it("goes all the way by itself through books that the program wrote", () => {
    const asked: string[] = [];
    const item = z.custom<string>((value) => asked.push(String(value)) > 0);
    const schema = z.looseObject({ list: z.array(z.looseObject({ id: item, more: z.optional(item) })) });
    const value = {
      list: [
        { id: "a", other: 1 },
        { id: "b", more: "c" },
      ],
    };
    expect(quickly(schema, value, "decode")?.value).toEqual(value);
    expect(asked).toEqual(["a", "b", "c"]);
  });

  it("leaves what it was given as it was", () => {
    const json = JSON.parse(HELD);
    const before = JSON.stringify(json);
    const decoded = quickly(stateSchema, json, "decode")?.value;
    quickly(stateSchema, decoded, "encode");
    expect(JSON.stringify(json)).toBe(before);
  });
});
