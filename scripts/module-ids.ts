import ts from "typescript";

/** The names of a bundle's modules by the numbers that the bundler gave them. */
export type ModuleNames = ReadonlyMap<number, string>;

/**
 * Numbers for the modules of several bundles, the same one in each of them. The bundler numbers each bundle by how large
 * it is: once one of them has more than 500 modules, no chunk would be the same in two of them.
 */
export function commonIds(bundles: readonly ModuleNames[]): ReadonlyMap<string, number> {
  const names = new Set(bundles.flatMap((modules) => [...modules.values()]));
  return new Map([...names].sort().map((name, index) => [name, index + 1]));
}

/** A bundle's code with other numbers for its modules. Throws for a number that it asks for and doesn't know. */
export function renumbered(code: string, names: ModuleNames, ids: ReadonlyMap<string, number>): string {
  const source = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const changes: { readonly at: number; readonly end: number; readonly text: string }[] = [];
  const change = (node: ts.Node) => {
    const name = names.get(Number(node.getText(source)));
    const id = name === undefined ? undefined : ids.get(name);
    if (id === undefined) throw new Error(`${node.getText(source)} is no module of the bundle`);
    changes.push({ at: node.getStart(source), end: node.end, text: String(id) });
  };
  const visit = (node: ts.Node, requires: ReadonlySet<string>): void => {
    let known = requires;
    if (ts.isPropertyAssignment(node) && ts.isNumericLiteral(node.name) && isModule(node.initializer)) {
      if (names.has(Number(node.name.text))) {
        change(node.name);
        known = withRequire(node.initializer, requires);
      }
    } else if (ts.isCallExpression(node)) {
      const asked = askedModule(node, requires);
      if (asked !== undefined) change(asked);
    }
    ts.forEachChild(node, (child) => visit(child, known));
  };
  visit(source, new Set(requiresIn(source)));
  let [text, last] = ["", 0];
  for (const { at, end, text: id } of changes.toSorted((a, b) => a.at - b.at)) {
    text += code.slice(last, at) + id;
    last = end;
  }
  return text + code.slice(last);
}

/** The bundle's own function that runs a module and returns its exports. */
function requiresIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isOne = ts.isFunctionDeclaration(node) && node.parameters.length === 1;
    if (isOne && /^function [\w$]+\([\w$]+\)\{.{0,120}\.exports.{0,260}$/s.test(node.getText(source))) {
      found.push(node.name?.text ?? "");
    }
    // Modules have the one that they are given.
    if (!ts.isPropertyAssignment(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isModule(node: ts.Node): node is ts.FunctionExpression | ts.ArrowFunction | ts.ParenthesizedExpression {
  const inner = ts.isParenthesizedExpression(node) ? node.expression : node;
  return ts.isFunctionExpression(inner) || ts.isArrowFunction(inner);
}

/** A module's function gets the one that requires others as its third argument. */
function withRequire(node: ts.Node, requires: ReadonlySet<string>): ReadonlySet<string> {
  const inner = ts.isParenthesizedExpression(node) ? node.expression : node;
  if (!ts.isFunctionExpression(inner) && !ts.isArrowFunction(inner)) return requires;
  const third = inner.parameters[2]?.name;
  return third !== undefined && ts.isIdentifier(third) ? new Set([third.text]) : new Set();
}

/** The number in `require(7)`, `require.bind(require, 7)` and `require.t.bind(require, 7, 19)`. */
function askedModule(node: ts.CallExpression, requires: ReadonlySet<string>): ts.NumericLiteral | undefined {
  const {
    expression,
    arguments: [first, second],
  } = node;
  const isRequire = (one: ts.Node | undefined) => one !== undefined && ts.isIdentifier(one) && requires.has(one.text);
  const isBind = ts.isPropertyAccessExpression(expression) && expression.name.text === "bind" && isRequire(first);
  const asked = isBind ? second : isRequire(expression) && node.arguments.length === 1 ? first : undefined;
  return asked !== undefined && ts.isNumericLiteral(asked) ? asked : undefined;
}
