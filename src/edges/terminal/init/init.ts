import type { InputsOf } from "../../../inputs/commands/table.ts";
import { showValue } from "../../../inputs/show-value.ts";
import { POLICY_PATHS } from "../../../store/files/paths.ts";
import { type Answers, defaultAnswers, missingAnswers, senseless } from "./answers.ts";
import { askMissing, type Talk } from "./ask.ts";
import { nextSteps } from "./next-steps.ts";
import { type PlannedFile, plannedFiles } from "./render-files.ts";
import { originOf, rootOf } from "./repository-folder.ts";
import { TEMPLATES } from "./templates.ts";
import { type ComparedFile, compared, textAt, writePlanned } from "./write-files.ts";

export type Desk = Talk & {
  readonly err: NodeJS.WriteStream;
  readonly folder: string;
  /** The machine's time zone. */
  readonly machineZone: string | undefined;
};

const DONE = 0;
const FAILED = 1;
const BAD_USAGE = 2;

/** Asks, writes the workflow and the policy file of an agent, prints what to do next, and returns the exit code. */
export async function init(inputs: InputsOf<"init">, desk: Desk): Promise<number> {
  const root = await rootOf(desk.folder);
  if (root === undefined) {
    desk.err.write(`There is no git repository in ${desk.folder} or above it: go to your clone, or run git init.\n`);
    return FAILED;
  }
  const answers = await answersOf(inputs, desk);
  if (typeof answers === "number") return answers;
  try {
    return await place(root, answers, { inputs, desk });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    const why = code === "EEXIST" ? "someone has just written it" : code;
    desk.err.write(`${showValue(path)} could not be written: ${why}. Check what is there, and run init again.\n`);
    return FAILED;
  }
}

/** The answers, from options, by default or by asking; an exit code if there are none. */
async function answersOf(inputs: InputsOf<"init">, desk: Desk): Promise<Answers | number> {
  const defaults = defaultAnswers(desk.machineZone);
  const canAsk = desk.in.isTTY === true && desk.out.isTTY === true;
  const missing = missingAnswers(inputs);
  if (missing.length > 0 && !canAsk) {
    const names = missing.map((name) => `--${name}`);
    const rest = names.length > 1 ? " With --yes, only --agent is needed." : "";
    desk.err.write(`There is no terminal to ask at, and ${names.join(", ")} missing: give them as options.${rest}\n`);
    return BAD_USAGE;
  }
  const given =
    inputs.yes === true && inputs.agent !== undefined
      ? inputs
      : canAsk
        ? await askMissing(inputs, defaults, desk)
        : inputs;
  if (given === undefined) {
    desk.err.write("\nNothing was written.\n");
    return FAILED;
  }
  const answers = Object.fromEntries(
    ["agent", ...Object.keys(defaults)].map((key) => [key, given[key as keyof Answers] ?? defaults[key as "discord"]]),
  ) as Answers;
  const problem = senseless(answers);
  if (problem === undefined) return answers;
  desk.err.write(`Bad input: ${problem}. Nothing was written.\n`);
  return BAD_USAGE;
}

async function place(
  root: string,
  answers: Answers,
  { inputs, desk }: { readonly inputs: InputsOf<"init">; readonly desk: Desk },
): Promise<number> {
  const template = TEMPLATES[answers.agent];
  const files = await Promise.all(
    plannedFiles(answers, template, await policyPathIn(root)).map((file) => compared(root, file)),
  );
  const { out } = desk;
  if (inputs.dryRun === true) {
    for (const file of files) out.write(`${previewOf(file)}\n`);
    return DONE;
  }
  const different = files.filter(({ is }) => is === "different");
  if (different.length > 0 && inputs.force !== true) {
    out.write(`${different.map(differenceText).join("\n")}\n\nNothing was written; --force overwrites.\n`);
    return FAILED;
  }
  for (const file of files) {
    if (file.is !== "same") await writePlanned(root, file, file.is === "different");
    out.write(`${file.is === "same" ? "Unchanged" : file.is === "new" ? "Wrote" : "Overwrote"} ${file.path}\n`);
  }
  out.write(`\n${nextSteps({ answers, template, files, repository: await originOf(root) })}`);
  return DONE;
}

/** If there is a policy file with the other extension, it is the one that counts. */
async function policyPathIn(root: string): Promise<string> {
  const [first, second] = POLICY_PATHS;
  return (await textAt(root, first)) === undefined && (await textAt(root, second)) !== undefined ? second : first;
}

function previewOf(file: ComparedFile): string {
  if (file.is === "same") return `${file.path} is already there, unchanged.\n`;
  const how = file.is === "new" ? "would be written" : "exists and would be overwritten only with --force";
  return `${file.path} ${how}:\n\n${indented(file)}`;
}

function indented({ text }: PlannedFile): string {
  return text.replace(/^(?=.)/gm, "    ");
}

function differenceText(file: ComparedFile): string {
  const lines = file.is === "different" ? file.differences : [];
  return `${file.path} exists and differs (- existing, + new):\n${lines.map((line) => `    ${line}`).join("\n")}`;
}
