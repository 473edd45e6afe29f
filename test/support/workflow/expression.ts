import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { truthy } from "@actions/expressions/result";

export type Status = "success" | "failure" | "cancelled";

/**
 * What an expression can see: the contexts by name, and how the job, or the jobs before it, went so far. Without a
 * status there are no success(), failure(), cancelled() and always().
 */
export type Scope = {
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly status?: Status | "skipped";
};

const CONTEXTS = [
  "env",
  "github",
  "inputs",
  "job",
  "matrix",
  "needs",
  "runner",
  "secrets",
  "steps",
  "strategy",
  "vars",
];

/** Evaluates an expression without its `${{ }}`. */
export function evaluate(expression: string, scope: Scope): data.ExpressionData {
  const tokens = new Lexer(expression).lex().tokens.map((token) =>
    // The lexer turns only the first '' of a string into ', so the text is read again as it was written.
    token.lexeme.startsWith("'") ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token,
  );
  const functions = statusFunctions(scope.status);
  const tree = new Parser(tokens, CONTEXTS, functions).parse();
  const contexts = Object.fromEntries(CONTEXTS.map((name) => [name, scope.contexts[name] ?? {}]));
  return new Evaluator(tree, dataOf(contexts), new Map(functions.map((it) => [it.name, it]))).evaluate();
}

/** Whether the condition of a job or a step holds. */
export const holds = (condition: string, scope: Scope): boolean => truthy(evaluate(condition, scope));

/** A value of an expression as plain JSON. */
export const plain = (value: data.ExpressionData): unknown => JSON.parse(JSON.stringify(value, data.replacer));

const dataOf = (value: unknown): data.Dictionary => JSON.parse(JSON.stringify(value), data.reviver);

function statusFunctions(status: Scope["status"]): FunctionDefinition[] {
  if (status === undefined) return [];
  const answers = {
    always: true,
    success: status === "success",
    failure: status === "failure",
    cancelled: status === "cancelled",
  };
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
}
