/** One member of an object in its text: where its key begins, and its value from its first to after its last character. */
export type Member = { readonly key: string; readonly at: number; readonly from: number; readonly to: number };

/** The members of the object a text begins with, as far as they are there whole. */
export type Members = {
  readonly members: readonly Member[];
  /** Where the object's closing brace is, if the text has it. */
  readonly end: number | undefined;
};

/**
 * The members of the JSON object that a text begins with, without reading what is in them: a value may be of any size,
 * and the text may be cut off anywhere. Undefined for a text that doesn't begin with an object.
 */
export function membersOf(text: string, start = 0): Members | undefined {
  const open = blanksFrom(text, start);
  if (text[open] !== "{") return undefined;
  const members: Member[] = [];
  let at = blanksFrom(text, open + 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    if (keyEnd === undefined) break;
    const colon = blanksFrom(text, keyEnd);
    if (text[colon] !== ":") break;
    const from = blanksFrom(text, colon + 1);
    const to = valueEnd(text, from);
    if (to === undefined) break;
    members.push({ key: keyOf(text.slice(at, keyEnd)), at, from, to });
    const next = blanksFrom(text, to);
    if (text[next] !== ",") return { members, end: text[next] === "}" ? next : undefined };
    at = blanksFrom(text, next + 1);
  }
  return { members, end: text[at] === "}" && members.length === 0 ? at : undefined };
}

/** The last member of a name, as JSON's readers take it. */
export function memberOf({ members }: Members, key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

function keyOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return "";
  }
}

function blanksFrom(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
}

/** Where a string that begins here ends; undefined if it is cut off. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

function valueEnd(text: string, from: number): number | undefined {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first !== "{" && first !== "[") return scalarEnd(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      const end = stringEnd(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** A number or a word goes on to what can't be in it; at the text's end it may be cut off. */
function scalarEnd(text: string, from: number): number | undefined {
  let at = from;
  while (at < text.length && !" \t\n\r,}]".includes(text[at] ?? "")) at += 1;
  return at === from || at === text.length ? undefined : at;
}
