import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { plainText } from "../../values/foreign-text.ts";
import { showInstant } from "../../values/show.ts";
import { RUNS_SCRIPT, SWITCH_SCRIPT } from "./client-scripts.ts";
import { foreign, type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";

/** The base64 of a text's SHA-256, as a content security policy names it. */
export type Sha256 = (text: string) => string;

/** A page of the site. */
export type Page = {
  /** Its place in the site, "budgets/qa.html". */
  readonly path: string;
  readonly title: string;
  readonly body: Html;
  /** JSON for the script of the runs, in parts, which can't end its element. */
  readonly data?: { readonly id: string; readonly json: Iterable<string> };
};

/** A page that is made once someone wants it. */
export type PlannedPage = { readonly path: string; readonly make: () => Page };

const MAIN_PAGES = [
  ["index.html", "Month"],
  ["executive.html", "Executive"],
  ["manager.html", "Manager"],
  ["runs.html", "Runs"],
] as const;

/** What every page says of the books. */
export type Shown = Pick<Dashboard, "name" | "place" | "now" | "state">;

/** A text in parts: what follows `text` is made when it is asked for, once. */
export type Document = { readonly text: string; readonly rest?: Iterable<string> };

/** A page as a whole document, which needs nothing beside itself and may fetch nothing. */
export function documentOf(page: Page, books: Shown, sha256: Sha256): Document {
  const text = beginningOf(page, books, sha256);
  const { data } = page;
  if (data === undefined) return { text: `${text}${endOf([SWITCH_SCRIPT])}` };
  return {
    text: `${text}<script type="application/json" id="${data.id}">`,
    rest: (function* rest() {
      yield* data.json;
      yield `</script>\n${endOf([SWITCH_SCRIPT, RUNS_SCRIPT])}`;
    })(),
  };
}

function endOf(scripts: readonly string[]): string {
  return `${scripts.map((script) => `<script>${script}</script>`).join("")}
</body>
</html>
`;
}

function beginningOf(page: Page, { name, place, now, state }: Shown, sha256: Sha256): string {
  const scripts = page.data === undefined ? [SWITCH_SCRIPT] : [SWITCH_SCRIPT, RUNS_SCRIPT];
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src '${hashed(STYLE, sha256)}'`,
    `script-src ${scripts.map((script) => `'${hashed(script, sha256)}'`).join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const up = "../".repeat(page.path.split("/").length - 1);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${plainText(page.title, 160)}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="page">
<span class="brand">${foreign(name, 80)}</span>
<nav aria-label="Pages"><ul>${MAIN_PAGES.map(([path, label]) => {
    const isHere = path === page.path;
    return html`<li><a href="${up}${path}"${isHere ? trusted(' aria-current="page"') : undefined}>${label}</a></li>`;
  })}</ul></nav>
<button type="button" id="look" hidden>Dark</button>
</div></header>
<main id="main" class="page" tabindex="-1">
${page.body}
</main>
<footer><div class="page"><p>Made by <a href="https://github.com/token-budget/token-budget">token-budget</a> from the books in ${foreign(place, 120)}, as of ${showInstant(now, state.timezone)}. The same figures as JSON: <a href="${up}api/index.json">api/index.json</a>.</p></div></footer>
`.markup;
}

function hashed(text: string, sha256: Sha256): string {
  return `sha256-${sha256(text)}`;
}
