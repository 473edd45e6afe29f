import { NOTHING, plainText } from "../../values/foreign-text.ts";

/** Text that is HTML: nothing else gets into a page unescaped. */
export type Html = { readonly markup: string };

type Part = Html | string | number | readonly Html[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML of our own with values in it: texts and numbers are escaped, also between quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let markup = strings[0] ?? "";
  for (const [index, value] of values.entries()) markup += `${markupOf(value)}${strings[index + 1] ?? ""}`;
  return { markup };
}

/** Text that is HTML already, such as a picture. */
export function trusted(markup: string): Html {
  return { markup };
}

export const EMPTY: Html = { markup: "" };

/** Someone else's text on one line, whatever direction it has, cut to so many characters; "–" if nothing is visible. */
export function foreign(text: string, maxLength = 60): Html {
  const line = plainText(text, maxLength);
  return html`<bdi>${/[\p{L}\p{N}\p{P}\p{S}]/u.test(line) ? line : NOTHING}</bdi>`;
}

/** The parts one after the other. */
export function joined(parts: readonly Html[], between = ""): Html {
  return { markup: parts.map(({ markup }) => markup).join(between) };
}

function markupOf(value: Part): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, " ")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
