import { isBasicExpression, isBoolean, isMapping, isNumber, isSequence, isString } from "@actions/workflow-parser";
import type { MappingToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { evaluate, plain, type Scope } from "./expression.ts";

/** A part of a workflow with its expressions filled in, as plain JSON. */
export function jsonOf(token: TemplateToken, scope: Scope): unknown {
  if (isBasicExpression(token)) return plain(evaluate(token.expression, scope));
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value;
  if (isSequence(token)) return [...token].map((item) => jsonOf(item, scope));
  if (isMapping(token))
    return Object.fromEntries([...token].map(({ key, value }) => [key.toString(), jsonOf(value, scope)]));
  return null;
}

/** A scalar with its expressions filled in, as the text a step gets; what isn't there is empty. */
export function textOf(token: TemplateToken | undefined, scope: Scope): string {
  if (token === undefined) return "";
  if (isBasicExpression(token)) return evaluate(token.expression, scope).coerceString();
  const value = jsonOf(token, scope);
  return value === null ? "" : String(value);
}

/** A mapping's texts by key: what stands under `with`, `env` or `outputs`. */
export function textsOf(token: TemplateToken | undefined, scope: Scope): Record<string, string> {
  if (token === undefined || !isMapping(token)) return {};
  return Object.fromEntries([...token].map(({ key, value }) => [key.toString(), textOf(value, scope)]));
}

/** The part of a mapping that is reached by these keys. */
export function partOf(token: MappingToken, ...keys: readonly string[]): TemplateToken | undefined {
  let part: TemplateToken | undefined = token;
  for (const key of keys) part = part !== undefined && isMapping(part) ? part.find(key) : undefined;
  return part;
}
