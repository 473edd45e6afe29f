const BEGIN = "# token-budget meter: removed when the job ends";
const END = "# end of token-budget meter";
const FORMER = "# token-budget meter, before: ";

const KEY = /^\s*openai_base_url\s*=/;
const TABLE = /^\s*\[/;

/**
 * The text of Codex's config.toml with the meter as its base address. Keys of the top level come before the first
 * table, so the line is at the top; a line that says something else is kept as a comment.
 */
export function withMeterInCodex(text: string, url: string): string {
  const lines = withoutMeterInCodex(text).split("\n");
  const tables = lines.findIndex((line) => TABLE.test(line));
  const top = lines.slice(0, tables < 0 ? lines.length : tables).map((line) => (KEY.test(line) ? FORMER + line : line));
  const own = [BEGIN, `openai_base_url = ${JSON.stringify(url)}`, END];
  const rest = tables < 0 ? [] : lines.slice(tables);
  return [...own, ...top, ...rest].join("\n");
}

/** The text as it was, with whatever else was changed in it since. */
export function withoutMeterInCodex(text: string): string {
  const lines = text.split("\n");
  const begin = lines.indexOf(BEGIN);
  const end = lines.indexOf(END, begin);
  const left = begin < 0 || end < 0 ? lines : [...lines.slice(0, begin), ...lines.slice(end + 1)];
  return left.map((line) => (line.startsWith(FORMER) ? line.slice(FORMER.length) : line)).join("\n");
}

/** The base address that a config.toml has at its top level; undefined if it has none. */
export function codexBaseUrl(text: string): string | undefined {
  const lines = withoutMeterInCodex(text).split("\n");
  const tables = lines.findIndex((line) => TABLE.test(line));
  const line = lines.slice(0, tables < 0 ? lines.length : tables).find((one) => KEY.test(one));
  return /=\s*(?:"([^"]*)"|'([^']*)')/
    .exec(line ?? "")
    ?.slice(1)
    .find((value) => value !== undefined);
}

/** The arguments that point one start of Codex at the meter. */
export function codexArguments(url: string): readonly string[] {
  return ["-c", `openai_base_url=${JSON.stringify(url)}`];
}
