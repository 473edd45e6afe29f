import type { Document, LineCounter, Node } from "yaml";
import * as z from "zod/mini";
import { closest } from "../../values/closest.ts";
import { BudgetError } from "../../values/errors.ts";
import { showValue } from "../show-value.ts";
import { contradictionsIn } from "./checks.ts";
import { NOTIFY_GROUP_KEYS, NOTIFY_WANTED } from "./notify-keys.ts";
import { GROUP_KEYS, GROUP_WANTED } from "./part-keys.ts";
import { type Policy, policySchema, WANTED } from "./policy.ts";
import { POLICY_PATH } from "./policy-path.ts";
import { PRICE_KEYS, UNIT_PRICE_KEYS, wantedInPrices } from "./price-keys.ts";
import { STATEMENT_GROUP_KEYS, STATEMENT_WANTED } from "./statement-keys.ts";

/** Far more than any policy needs. */
const MAX_CHARACTERS = 100_000;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Problem = { readonly line: number | undefined; readonly text: string };

/** Where a key is in the file. */
type Locate = (path: Path) => number | undefined;

/**
 * The policy that a policy file's text says; an empty file says nothing. Throws a BudgetError `bad-policy` that names
 * the file, the line and every key that can't be used, with what would be valid.
 */
export async function decodePolicy(text: string, path: string = POLICY_PATH): Promise<Policy> {
  const { value, locate } = await loadYaml(text, path);
  if (value === null || value === undefined) return {};
  const result = z.safeDecode(policySchema, value as z.input<typeof policySchema>);
  if (!result.success) {
    throw badPolicy(
      path,
      result.error.issues.flatMap((issue) => problemsOf(issue, { value, locate })),
    );
  }
  const contradictions = contradictionsIn(result.data);
  if (contradictions.length === 0) return result.data;
  throw badPolicy(
    path,
    contradictions.map(({ path: at, text: what }) => ({ line: locate(at), text: `${nameOf(at)} ${what}` })),
  );
}

/** The value of a YAML text, and where each key is. Throws a BudgetError for what isn't YAML. */
export async function loadYaml(text: string, path: string): Promise<{ value: unknown; locate: Locate }> {
  if (text.length > MAX_CHARACTERS) {
    throw badPolicy(path, [{ line: undefined, text: `is longer than ${MAX_CHARACTERS} characters` }]);
  }
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  try {
    const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
    const problems = [...document.errors, ...document.warnings].map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      text: showValue(error.message).slice(1, -1).replaceAll('\\"', '"'),
    }));
    if (problems.length > 0) throw badPolicy(path, problems);
    // Aliases have no use here, and a few of them can expand to gigabytes.
    return { value: document.toJS({ maxAliasCount: 0 }), locate: (keys) => lineOf(document, lines, keys) };
  } catch (error) {
    if (error instanceof BudgetError) throw error;
    const what =
      error instanceof ReferenceError ? "uses YAML aliases (*name): write the values out" : "can't be read as YAML";
    throw badPolicy(path, [{ line: undefined, text: what }], error);
  }
}

function badPolicy(path: string, problems: readonly Problem[], cause?: unknown): BudgetError {
  const lines = problems.map(({ line, text }) => (line === undefined ? text : `line ${line}: ${text}`));
  const where = `The policy file ${path}`;
  const message =
    lines.length === 1
      ? `${where} can't be used: ${lines[0]}.`
      : `${where} can't be used:\n${lines.map((line) => `- ${line}`).join("\n")}`;
  return new BudgetError("bad-policy", message, { cause });
}

/** What an issue means to the person who wrote the file. */
function problemsOf(issue: Issue, file: { value: unknown; locate: Locate }): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ line: file.locate([...issue.path, key]), text: unknownKey(issue.path, key) }));
  }
  const [top] = issue.path;
  const inside = insideUnion(issue, file.value);
  if (inside.length > 0) return inside.flatMap((inner) => problemsOf(inner, file));
  const line = file.locate(issue.path);
  if (top === undefined) return [{ line, text: "it isn't a list of keys and values such as monthly-budget: 15" }];
  const value = valueAt(file.value, issue.path);
  const wanted = wantedAt(issue.path);
  if (isPlaceholder(value)) {
    const what = `${nameOf(issue.path)} is still the placeholder ${showValue(value)}: replace it with ${wanted}`;
    return [{ line, text: what }];
  }
  return [{ line, text: `${nameOf(issue.path)} is ${shown(value)}: write ${wanted}` }];
}

/** Whether a value is a placeholder for a person to replace, as in the lines that messages show. */
function isPlaceholder(value: unknown): value is string {
  return typeof value === "string" && /^<.*>$/.test(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** What is wrong inside a group of keys where plain text would also be valid; nothing if there is no group. */
function insideUnion(issue: Issue, file: unknown): Issue[] {
  const value = valueAt(file, issue.path);
  if (issue.code !== "invalid_union" || typeof value !== "object" || value === null) return [];
  const branch = issue.errors.find((issues) => issues.every((one) => one.path.length > 0 || isKeyIssue(one))) ?? [];
  return branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

function isKeyIssue({ code }: Issue): boolean {
  return code === "unrecognized_keys";
}

/** The name of the group's key that a path leads to: "budgets.limit", whichever of the list it is in. */
function groupKey(path: Path, depth: number): string {
  return path
    .filter((part) => typeof part === "string")
    .slice(0, depth)
    .join(".");
}

const NESTED_WANTED = { ...NOTIFY_WANTED, ...STATEMENT_WANTED };
const NESTED_KEYS = { ...NOTIFY_GROUP_KEYS, ...STATEMENT_GROUP_KEYS };

function wantedAt(path: Path): string {
  const inPrices = path[0] === "prices" ? wantedInPrices(path) : undefined;
  const inGroups = NESTED_WANTED[groupKey(path, 3)] ?? NESTED_WANTED[groupKey(path, 2)];
  return inPrices ?? inGroups ?? GROUP_WANTED[groupKey(path, 2)] ?? WANTED[path[0] as keyof Policy];
}

function unknownKey(path: Path, key: string): string {
  const owner = path.length === 0 ? "the policy" : nameOf(path);
  const keys = keysAt(path);
  const near = closest(key, keys);
  const hint = near === undefined ? `; its keys are ${keys.join(", ")}` : `; did you mean ${near}?`;
  return `${showValue(key)} isn't a key of ${owner}${hint}`;
}

function keysAt(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(policySchema.shape);
  if (path[0] === "prices") return path.length > 2 ? UNIT_PRICE_KEYS : PRICE_KEYS;
  return GROUP_KEYS[String(path[0])] ?? NESTED_KEYS[groupKey(path, 3)] ?? NESTED_KEYS[groupKey(path, 2)] ?? [];
}

function nameOf(path: Path): string {
  return path.map((part) => showValue(String(part)).slice(1, -1)).join(".");
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list that can't be used";
  return typeof value === "object" ? "a group of keys that can't be used" : showValue(String(value));
}

/** The line of the innermost key of a path that the file has. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
  let at: number | undefined;
  let node: unknown = document.contents;
  for (const key of path) {
    const item = itemsOf(node).find((candidate, index) => keyOf(candidate, index) === String(key));
    if (item === undefined) break;
    at = rangeOf("key" in item ? item.key : item) ?? at;
    node = "key" in item ? item.value : item;
  }
  return at === undefined ? undefined : lines.linePos(at).line;
}

type Item = { key?: unknown; value?: unknown };

function itemsOf(node: unknown): readonly Item[] {
  return (node as { items?: readonly Item[] } | null)?.items ?? [];
}

function keyOf(item: Item, index: number): string {
  return "key" in item ? String((item.key as { value?: unknown } | null)?.value ?? item.key) : String(index);
}

function rangeOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
