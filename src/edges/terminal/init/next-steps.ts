import { wrapped } from "../../../report/terminal/table.ts";
import type { Answers } from "./answers.ts";
import type { PlannedFile } from "./render-files.ts";
import type { Template } from "./template.ts";

type Step = { readonly text: string; readonly lines: readonly string[] };

/** The badge that the books keep beside their ledger; its path is relative to a file at the repository's root. */
export const BADGE_MARKDOWN = "[![AI budget](../../raw/token-budget/token_budget/badge.svg)](../../tree/token-budget)";

/** What to do once the files are written, as a numbered list. */
export function nextSteps(from: {
  readonly answers: Answers;
  readonly template: Template;
  readonly files: readonly PlannedFile[];
  /** `owner/name`, if known. */
  readonly repository: string | undefined;
  /** The terminal's columns; any number where there is none. */
  readonly columns: number;
}): string {
  const { answers, template, files, repository = "OWNER/NAME", columns } = from;
  const secrets = template.secrets.filter((name) => name !== "DISCORD_WEBHOOK" || answers.discord);
  const paths = [...files.map(({ path }) => path), ...(template.compile === undefined ? [] : [lockOf(template.path)])];
  const { start } = template;
  const steps: Step[] = [
    { text: "Set the secrets (each asks for its value):", lines: secrets.map((name) => `gh secret set ${name}`) },
    ...(template.compile === undefined
      ? []
      : [{ text: "Compile it into a workflow (needs gh extension install github/gh-aw):", lines: [template.compile] }]),
    {
      text: "Commit and push; the policy file applies once it is on the default branch:",
      lines: [`git add ${paths.join(" ")}`, 'git commit -m "Keep a budget for AI runs"', "git push"],
    },
    start.kind === "command"
      ? { text: "Start the first run:", lines: [start.command] }
      : { text: `The first run starts with the next event: ${start.event}.`, lines: [] },
    ...(answers.workflows.length === 0
      ? []
      : [
          {
            text: "The workflows for maintainers are under Actions once they are on the default branch.",
            lines: [],
          },
        ]),
    {
      text: "Check that everything works:",
      lines: [`GITHUB_TOKEN=$(gh auth token) token-budget doctor --repository ${repository}`],
    },
    { text: "After the first run, README.md can show how much is spent:", lines: [BADGE_MARKDOWN] },
  ];
  const numbered = steps.map(({ text, lines }, index) =>
    [...wrapped(text, columns, `${index + 1}. `), ...lines.map((line) => `     ${line}`)].join("\n"),
  );
  return `What to do next:\n${numbered.join("\n")}\n`;
}

function lockOf(path: string): string {
  return path.replace(/\.md$/, ".lock.yml");
}
