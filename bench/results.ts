import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT } from "./figures.ts";

/** What a bench found: its tables, each with a sentence that says what it shows. */
export type Result = {
  /** Its part of the page, "startup". */
  readonly name: string;
  /** The page in docs/ that has this part; benchmarks.md without it. */
  readonly page?: string;
  readonly tables: readonly { readonly about: string; readonly rows: readonly (readonly string[])[] }[];
};

/** Prints a result; with `--save` among the arguments it goes into its part of its page instead. */
export function report(result: Result, args: readonly string[]): void {
  const text = result.tables.map(({ about, rows }) => `${about}\n\n${tableOf(rows)}\n`).join("\n");
  if (!args.includes("--save")) {
    process.stdout.write(text);
    return;
  }
  const where = `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores.`;
  const page = join(ROOT, "docs", result.page ?? "benchmarks.md");
  writeFileSync(page, withPart(readFileSync(page, "utf8"), result.name, `${where}\n\n${text}`));
}

/** The arguments that are no options. */
export const plainArgs = (args: readonly string[]): string[] => args.filter((arg) => !arg.startsWith("--"));

/** A Markdown table with aligned columns, readable in a terminal as well; words left, figures right. */
export function tableOf([heading = [], ...rows]: readonly (readonly string[])[]): string {
  const columns = heading.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? "");
    const width = Math.max(4, name.length, ...cells.map((cell) => cell.length));
    return { width, isText: cells.some((cell) => /[a-z]{2}/i.test(cell)) };
  });
  const pad = (text: string, { width, isText }: (typeof columns)[number]) =>
    isText ? text.padEnd(width) : text.padStart(width);
  const rule = columns.map(({ width, isText }) => (isText ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const padded = [heading, ...rows].map((row) => columns.map((column, at) => pad(row[at] ?? "", column)));
  return [padded[0] ?? [], rule, ...padded.slice(1)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The page with one part between its markers replaced. Throws where the markers are missing. */
export function withPart(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no part ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
