// Rewrites bundled code so that Node starts it faster; what the code does stays the same.
import ts from "typescript";

/** Below this many characters, JSON is not worth the call. */
const LARGE = 10_000;

type Edit = { readonly from: number; readonly to: number; readonly text: string };

/**
 * The same code in a form that V8 reads once. V8 skips a function, and compiles it when it is called; a function in
 * parentheses it compiles at once. These are the functions of the bundler's modules, and nearly all of them run at the
 * start. Large literals become JSON, which is parsed faster than JavaScript.
 */
export function quickStart(code: string): string {
  const file = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.Latest);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const json = asJson(node, file);
    if (json !== undefined) edits.push(json);
    else {
      if (ts.isObjectLiteralExpression(node) && node.properties.every(isModule)) {
        for (const { initializer } of node.properties.filter(isModule)) edits.push(...inParentheses(initializer, file));
      }
      ts.forEachChild(node, visit);
    }
  };
  visit(file);
  return edited(code, edits);
}

/** A comparison of two names by a collator. */
const COLLATED = /\b([\w.]+)\.localeCompare\(([\w.]+)\)/g;

/**
 * The same code with names compared by their characters, for code that only needs one order, always the same. Node
 * loads the data of its collator at the first comparison, which takes several milliseconds.
 */
export function withoutCollator(code: string): string {
  return code.replace(COLLATED, "($1<$2?-1:+($1>$2))");
}

/** How the bundler writes the import of Node's assertions in a package that was compiled to CommonJS. */
const ASSERTING = /\bconst assert_1 = __importDefault\(\w+\(\d+\)\);/;

/**
 * The same code with a package's assertions as plain errors. Node loads its own with all that they need to compare and
 * print values, which takes more than a millisecond.
 */
export function withoutAssert(code: string): string {
  return code.replace(
    ASSERTING,
    "const assert_1 = { default(value, message) { if (!value) throw new Error(message); } };",
  );
}

/** Whether this is a module as the bundler writes it: its number and its function, `815:(e,t,n)=>{…}`. */
function isModule(property: ts.ObjectLiteralElementLike): property is ts.PropertyAssignment {
  if (!ts.isPropertyAssignment(property) || !ts.isNumericLiteral(property.name)) return false;
  return ts.isArrowFunction(property.initializer) || ts.isFunctionExpression(property.initializer);
}

function inParentheses(node: ts.Node, file: ts.SourceFile): Edit[] {
  const [from, to] = [node.getStart(file), node.end];
  return [
    { from, to: from, text: "(" },
    { from: to, to, text: ")" },
  ];
}

function asJson(node: ts.Node, file: ts.SourceFile): Edit | undefined {
  if (!ts.isArrayLiteralExpression(node) && !ts.isObjectLiteralExpression(node)) return undefined;
  if (node.end - node.getStart(file) < LARGE) return undefined;
  const value = literalOf(node);
  if (value === undefined) return undefined;
  const json = JSON.stringify(value).replace(/[\\']/g, "\\$&");
  return { from: node.getStart(file), to: node.end, text: `JSON.parse('${json}')` };
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The value of a literal; undefined if JSON can't express it. */
function literalOf(node: ts.Node): Json | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isPrefixUnaryExpression(node)) return prefixed(node);
  if (ts.isArrayLiteralExpression(node)) return all(node.elements.map(literalOf));
  return ts.isObjectLiteralExpression(node) ? objectOf(node) : undefined;
}

/** `!0`, `!1` and negative numbers. */
function prefixed({ operator, operand }: ts.PrefixUnaryExpression): Json | undefined {
  if (!ts.isNumericLiteral(operand)) return undefined;
  if (operator === ts.SyntaxKind.ExclamationToken) return Number(operand.text) === 0;
  return operator === ts.SyntaxKind.MinusToken ? -Number(operand.text) : undefined;
}

function objectOf({ properties }: ts.ObjectLiteralExpression): Json | undefined {
  const pairs = properties.map((property): readonly [string, Json] | undefined => {
    if (!ts.isPropertyAssignment(property)) return undefined;
    const { name, initializer } = property;
    const isPlain = ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name);
    const value = literalOf(initializer);
    // In JavaScript, `__proto__:` sets the prototype.
    return !isPlain || name.text === "__proto__" || value === undefined ? undefined : [name.text, value];
  });
  const known = all(pairs);
  return known && Object.fromEntries(known);
}

function all<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.some((value) => value === undefined) ? undefined : (values as readonly T[]);
}

/** The code with the edits made; no edit is inside another. */
function edited(code: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((one, other) => one.from - other.from);
  let at = 0;
  let text = "";
  for (const edit of sorted) {
    text += code.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return text + code.slice(at);
}
