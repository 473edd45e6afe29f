// Writes the tables of README.md, docs/reference.md and docs/books.md, between their markers, from what the program itself goes by; with --check it
// only says whether they are stale and exits 1. Runs on Node 24: node scripts/generate-reference.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { COMMANDS, COMMANDS_OF, type Command, takersOf } from "../src/inputs/commands/table.ts";
import { COMMAND_DESCRIPTION, COMMAND_TEXTS, type PageText } from "../src/inputs/commands/texts.ts";
import { OPTION_TEXTS } from "../src/inputs/option-texts.ts";
import { type NamedOption, OPTIONS, type OptionName } from "../src/inputs/options.ts";
import { OUTPUTS } from "../src/inputs/outputs.ts";
import { policySchema, WANTED } from "../src/inputs/policy/policy.ts";
import { POLICY_PATH } from "../src/inputs/policy/policy-path.ts";
import type { ErrorCode, Reason } from "../src/values/errors.ts";
import { booksTables } from "./books-reference.ts";
import { POLICY_DESCRIPTIONS } from "./generate-schemas.ts";

const REASONS: Readonly<Record<Reason | ErrorCode, string>> = {
  ok: "The estimate fits into what remains.",
  exhausted:
    "Even without the open holds, the month's money can't cover the estimate: wait for `resets-at`, or raise the budget.",
  insufficient: "The estimate would fit without the open holds: try again when they are booked.",
  "state-unreadable": "This release can't read the state file; the message names the place in it. Nothing is written.",
  "books-moved": "The books are in another place, which the message names. Nothing is written.",
  "state-unreachable":
    "GitHub or the database didn't answer, refused temporarily, or can't be reached after all retries.",
  "state-contended": "Too many others wrote at the same time; no try got through.",
  "books-vanished": "The job has a hold, but the books that recorded it are gone: the branch was deleted or rewound.",
  "missing-permission": "The token may not write the books; the message shows the lines that fix it.",
  "read-only-token": "A pull request from a fork or from Dependabot: its token is read-only. The step doesn't fail.",
  "bad-policy": `\`${POLICY_PATH}\` has mistakes; the message names each one. Bookings continue.`,
  "too-many-holds": "500 holds are open, 1,000 in PostgreSQL: some workflow checks and never records.",
  alert: "Allowed, and a sub-budget it counts in is past one of its alerts; `limited-by` names it.",
  "budget-exceeded":
    "A sub-budget it counts in is used up: `limited-by` names it. With the decision `warn` the run is still allowed, within the overage or because `on-exceed` only warns.",
  "approval-needed": "Only the overage or the reserve has room: denied until a human approves the run.",
  approved: "Allowed by an approval, which covers one hold of this run.",
  reserve: "Only the month's reserve is left, and the policy names no approval environment to open it.",
  priority: "What is left of the month is kept for runs of a higher priority.",
  paused: "A maintainer has paused runs; the message says who, why and until when.",
  "meter-unavailable":
    "The run was let in, but its meter could not be started or its files not written; the message says why. Its hold is released. With `on-error: allow` the run continues without a meter.",
  "tags-missing": "The run lacks tags that the policy requires; the message names them.",
  "not-allowed": "Who asked may not do this, or books in PostgreSQL have their policy in another repository.",
  "bad-input": "An input can't be used; the message names it and what it takes.",
  "id-reused": "The `id` was used for another operation. Nothing is written.",
};

const options: readonly NamedOption[] = OPTIONS;

/** The tables by the names of their markers. */
export function referenceTables(): Readonly<Record<string, string>> {
  return {
    commands: table(
      ["Command", "Writes", "What it does"],
      COMMANDS.map((name) => [`\`${name}\``, COMMAND_TEXTS[name].writes, doesOf(name)]),
    ),
    inputs: table(
      ["Input", "Option", "Commands", "What it says"],
      [
        ["`command`", "", "all", COMMAND_DESCRIPTION],
        ...options
          .filter(({ only }) => only !== "terminal")
          .map((option) => [
            `\`${option.name}\`${option.policy ? " ¹" : ""}`,
            option.only === "action" ? "" : `\`--${option.name}\``,
            takersText(option),
            OPTION_TEXTS[option.name],
          ]),
      ],
    ),
    outputs: table(
      ["Output", "What it says"],
      Object.entries(OUTPUTS).map(([name, description]) => [`\`${name}\``, description]),
    ),
    reasons: table(
      ["Reason", "What it means"],
      Object.entries(REASONS).map(([reason, meaning]) => [`\`${reason}\``, meaning]),
    ),
    policy: table(
      ["Key", "Value", "What it says"],
      Object.keys(policySchema.shape).map((key) => [`\`${key}\``, WANTED[key as keyof typeof WANTED], meaningOf(key)]),
    ),
  };
}

/** The table of README.md, by the name of its marker. */
function readmeTables(): Readonly<Record<string, string>> {
  const rows = ([...COMMANDS, "completion"] as const).map((name) => {
    const { form = name, writes }: PageText = COMMAND_TEXTS[name];
    return [`\`${form}\``, `${doesOf(name)}${writes === "no" ? "; writes nothing" : ""}`];
  });
  return { commands: table(["Command", "What it does"], rows) };
}

function doesOf(name: Command | "completion"): string {
  const { does, isForMaintainers }: PageText = COMMAND_TEXTS[name];
  const isOfTerminal = !COMMANDS_OF.action.some((command) => command === name);
  return `${isOfTerminal ? "terminal only: " : ""}${isForMaintainers ? "for maintainers: " : ""}${does}`;
}

function takersText({ name }: NamedOption): string {
  const takers = takersOf(name);
  return COMMANDS_OF.action.every((command) => takers.includes(command)) ? "all" : takers.join(", ");
}

/** The tables of docs/books.md, by the names of their markers. */
function booksPageTables(): Readonly<Record<string, string>> {
  const tables = Object.entries(booksTables());
  return Object.fromEntries(tables.map(([name, rows]) => [name, table(["Key", "Form", "What it says"], rows)]));
}

function meaningOf(key: string): string {
  const meaning = POLICY_DESCRIPTIONS[key] ?? OPTION_TEXTS[key as OptionName];
  if (meaning === undefined) throw new Error(`The policy key ${key} has no description`);
  return meaning;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The pages with generated tables, and how each should be. A page throws when one of its markers is missing. */
export const GENERATED_PAGES: Readonly<Record<string, (page: string) => string>> = {
  "README.md": (page) => withTables(page, readmeTables()),
  "docs/reference.md": (page) => withTables(page, referenceTables()),
  "docs/books.md": (page) => withTables(page, booksPageTables()),
};

function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, rows]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The page lacks the markers ${start} and ${end}`);
    return `${text.slice(0, from + start.length)}\n\n${rows}\n\n${text.slice(to)}`;
  }, page);
}

function main(check: boolean): void {
  for (const [name, render] of Object.entries(GENERATED_PAGES)) {
    const path = new URL(`../${name}`, import.meta.url);
    const page = readFileSync(path, "utf8");
    const fresh = render(page);
    if (!check) writeFileSync(path, fresh);
    else if (page !== fresh) {
      process.stderr.write(`${name} is stale: run npm run generate\n`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.includes("--check"));
}
