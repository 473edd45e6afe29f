import { readFileSync } from "node:fs";
import { marked, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { renderMessage } from "../../src/notify/messages/embeds.ts";
import { Session } from "../edges/terminal/terminal-session.ts";
import { FACTS } from "../notify/facts.ts";
import { GALLERY } from "../report/gallery.ts";

const README = readFileSync("README.md", "utf8");

/** What a reader sees of Markdown, on one line: words without marks. */
function read(markdown: string): string {
  const words = (token: Token): string => {
    if (token.type === "list") return token["items"].map(words).join(" ");
    if ("tokens" in token && token.tokens !== undefined) return token.tokens.map(words).join(" ");
    return "text" in token ? String(token.text) : " ";
  };
  const text = marked.lexer(markdown).map(words).join(" ");
  return text.replaceAll("&#36;", "$").replace(/<br>/g, " ").replace(/\s+/g, " ").trim();
}

/** The quotes of a page, without their marks. */
function quotesIn(page: string): readonly string[] {
  return [...page.matchAll(/(?:^>.*\n)+/gm)].map(([quote]) => quote.replace(/^> ?/gm, ""));
}

/** The quote of a page that has these words. */
function quoteWith(page: string, words: string): string {
  return quotesIn(page).find((quote) => quote.includes(words)) ?? "";
}

const denial = read((GALLERY["deny-exhausted"]?.markdown ?? "").split("\n🟥")[0] ?? "");

describe("README and docs show what the program says", () => {
  it("of a denied run, to a whole step", () => {
    const shown = read(quoteWith(README, "AI run denied"));
    const [whole = "", rest] = shown.split(" …");
    expect(rest).toBe("");
    expect(denial.slice(0, whole.length)).toBe(whole);
    expect(whole).toMatch(/top up this month:$/);
  });

  it("of a milestone in the channel", () => {
    const {
      title,
      description,
      fields = [],
    } = renderMessage(
      { kind: "milestone", facts: JSON.parse(JSON.stringify(FACTS.milestone)), queued_at: "2026-02-14T10:07:31Z" },
      { name: "AI Orchestration" },
    );
    const all = [title, description, ...fields.flatMap(({ name, value }) => [name, value])];
    expect(read(quoteWith(README, "Milestone Reached"))).toBe(read(all.join(" ")));
  });

  it("of a step that a denial fails", () => {
    const [, sentence = ""] = /(Denied: .*) What to do next/.exec(denial) ?? [];
    const page = readFileSync("docs/concepts.md", "utf8");
    expect(read(quoteWith(page, "AI run denied"))).toBe(`AI run denied. ${sentence}`);
  });

  it("in the tutorial's first minutes", async () => {
    const page = readFileSync("docs/tutorial.md", "utf8");
    const [, commands = "", shown = ""] =
      /```sh\n(npx token-budget check.*?)```\n.*?```text\n(.*?)```/s.exec(page) ?? [];
    const session = new Session(100, "2026-02-14T12:00:00Z");
    for (const [, args = ""] of commands.matchAll(/^npx token-budget (.*?)(?: +#.*)?$/gm))
      await session.run(...args.split(" "));
    expect(session.shown.slice(0, shown.length)).toBe(shown);
    expect(shown).toMatch(/^\$ token-budget check\n[\s\S]*^\$ token-budget record/m);
  });
});
