import ts from "typescript";

/** A piece of text that people read, and where it begins. */
export type Passage = { readonly file: string; readonly line: number; readonly text: string };
type Rule = { readonly pattern: RegExp; readonly instead: string };

/** The fifteen words and constructions of CONTRIBUTING.md that no user-visible text may have. */
export const RULES: readonly Rule[] = [
  { pattern: /\b(?:tell|tells|telling|told)\b/i, instead: "report, print, notify, announce, name" },
  { pattern: /\banew\b/i, instead: "again" },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, instead: "fix" },
  { pattern: /\blet(?:s|ting)? (?:[\w'-]+ ){0,4}go\b(?! (?:to|through)\b)/i, instead: "release" },
  { pattern: /\b(?:bring|brings|bringing|brought) about\b/i, instead: "cause, produce" },
  {
    pattern: /\b(?:stand|stands|stood) (?:in(?! for\b)|on|under|at|there|behind|beside|first)\b/i,
    instead: "is in, is on, is under",
  },
  { pattern: /\bputs? (?:it|them|this|that|things|everything|X) right\b/i, instead: "repair, correct" },
  { pattern: /\bof (?:my|your|its|our|their|his|her|one's) own\b/i, instead: "separate, its own …" },
  { pattern: /\b(?:go|goes|went) on\b/i, instead: "continue" },
  { pattern: /\bask(?:s|ed|ing)? for (?:the|its|their|your) (?:own )?money\b/i, instead: "reserve the money" },
  { pattern: /\bbudgets? within the budgets?\b/i, instead: "sub-budget" },
  { pattern: /[.:;!] Who(?: [^\s.?]+){4,}[.:;](?!\w)/, instead: "a run that …, anyone who …" },
  { pattern: /[,.#] else \w+/i, instead: "otherwise" },
  {
    pattern: /\b(?:shall|whom|lest|thereof|therein|wherein|herein|whereupon|for ever)\b/i,
    instead: "a word of today: should, that, in it, forever",
  },
  {
    pattern:
      /\b\w*(?:colour|licence|defence|organisation|behaviour|favour|(?:recogn|summar|normal)is(?:e|es|ed|ing)|learnt)\w*\b/i,
    instead: "American spelling",
  },
];

/** What breaks a rule in the passages: each as `file:line`, the words found, and what to write instead. */
export function findingsIn(passages: readonly Passage[]): readonly string[] {
  return passages.flatMap(({ file, line, text }) =>
    RULES.flatMap(({ pattern, instead }) => {
      const match = pattern.exec(text);
      if (match === null) return [];
      const linesBefore = text.slice(0, match.index).split("\n").length - 1;
      return [`${file}:${line + linesBefore} "${match[0].trim()}" → ${instead}`];
    }),
  );
}

/** The lines of a page as people read them: no code but its comments, no targets of links, no titles of tests. */
export function passagesOfPage(file: string, page: string): readonly Passage[] {
  let isCode = false;
  return page.split("\n").map((written, at) => {
    const isFence = /^ *```/.test(written);
    if (isFence) isCode = !isCode;
    const text = isCode || isFence ? (/(?:^|\s)#\s.*$/.exec(written)?.[0] ?? "") : proseOf(written);
    return { file, line: at + 1, text };
  });
}

function proseOf(line: string): string {
  return line
    .replace(/`[^`]*`/g, "X")
    .replace(/\[[^\]]*\]\([^)]*\btest\/[^)]*\)/g, "X")
    .replace(/\]\([^)]*\)/g, "]");
}

/** The lines of a file that people read as it is. */
export function passagesOfLines(file: string, text: string): readonly Passage[] {
  return text.split("\n").map((line, at) => ({ file, line: at + 1, text: line }));
}

/** The strings and templates with a blank in a source file; `X` stands for what a template fills in. */
export function passagesOfSource(file: string, source: string): readonly Passage[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const passages: Passage[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text?.includes(" ")) {
      passages.push({ file, line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return passages;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.templateSpans.reduce((text, { literal }) => `${text}X${literal.text}`, node.head.text);
}
