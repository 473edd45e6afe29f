import { marked, type Token, type Tokens } from "marked";

/** Every token of a page's Markdown, with those inside others. */
function tokensOf(page: string): readonly Token[] {
  const found: Token[] = [];
  marked.walkTokens(marked.lexer(page), (token) => {
    found.push(token);
  });
  return found;
}

/** Where a page's links and pictures lead, those in its HTML too. */
export function linksIn(page: string): readonly string[] {
  return tokensOf(page).flatMap((token) => {
    if (token.type === "link" || token.type === "image") return [(token as Tokens.Link | Tokens.Image).href];
    return token.type === "html" ? [...token.raw.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to = ""]) => to) : [];
  });
}

/** What a heading says, without its marks. */
function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => ("tokens" in token && token.tokens ? plainText(token.tokens) : textOf(token))).join("");
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

/** What GitHub calls the anchor of a heading, as long as no other has it. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsIn(page: string): readonly string[] {
  return sectionsIn(page).map(({ anchor }) => anchor);
}

export type Section = { readonly anchor: string; readonly heading: string; readonly text: string };

/** The sections of a page, each from its heading to the next one of the same or a higher level. */
export function sectionsIn(page: string): readonly Section[] {
  const tokens = marked.lexer(page);
  const seen = new Map<string, number>();
  return tokens.flatMap((token, at) => {
    if (token.type !== "heading") return [];
    const { depth, tokens: inside } = token as Tokens.Heading;
    const heading = plainText(inside);
    const slug = slugOf(heading);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    const rest = tokens.slice(at + 1);
    const end = rest.findIndex((next) => next.type === "heading" && (next as Tokens.Heading).depth <= depth);
    const text = (end < 0 ? rest : rest.slice(0, end)).map(({ raw }) => raw).join("");
    return [{ anchor: times === 0 ? slug : `${slug}-${times}`, heading, text }];
  });
}
