import type { InputsOf } from "../../../inputs/commands/table.ts";
import { AGENTS } from "../../../inputs/options.ts";
import { showValue } from "../../../inputs/show-value.ts";
import { wrapped } from "../../../report/terminal/table.ts";
import { POLICY_PATHS } from "../../../store/files/paths.ts";
import { ZERO } from "../../../values/money.ts";
import { type Answers, completed, givenForPolicy, missingAnswers, senseless, senselessMeter } from "./answers.ts";
import type { Talk } from "./ask.ts";
import { nextSteps } from "./next-steps.ts";
import { type PlannedFile, plannedFiles } from "./render-files.ts";
import { originOf, rootOf } from "./repository-folder.ts";
import { canBeMetered } from "./template.ts";
import { MAINTENANCE_TEMPLATES, METERED_TEMPLATES, TEMPLATES } from "./templates.ts";
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

/** The repository, and its policy file: the path at which it is or would be written, and whether it stays as it is. */
type Place = { readonly root: string; readonly policyPath: string; readonly keepsPolicy: boolean };

/** Asks, writes the workflow and the policy file of an agent, prints what to do next, and returns the exit code. */
export async function init(inputs: InputsOf<"init">, desk: Desk): Promise<number> {
  const root = await rootOf(desk.folder);
  if (root === undefined) {
    desk.err.write(`There is no git repository in ${desk.folder} or above it: go to your clone, or run git init.\n`);
    return FAILED;
  }
  try {
    const place = await placeIn(root, inputs);
    const answers = await answersOf(inputs, desk, place);
    return typeof answers === "number" ? answers : await writeAll(place, answers, { inputs, desk });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    const why = code === "EEXIST" ? "someone has just written it" : code;
    desk.err.write(`${showValue(path)} could not be written: ${why}. Check what is there, and run init again.\n`);
    return FAILED;
  }
}

/** The answers, from options, by default or by asking; an exit code if there are none. */
async function answersOf(
  inputs: InputsOf<"init">,
  desk: Desk,
  { keepsPolicy, policyPath }: Place,
): Promise<Answers | number> {
  const contradiction = senselessMeter(inputs);
  if (contradiction !== undefined) return refused(contradiction, desk);
  const canAsk = desk.in.isTTY === true && desk.out.isTTY === true;
  const missing = missingAnswers(inputs, keepsPolicy);
  if (missing.length > 0 && !canAsk) {
    const names = missing.map((name) => `--${name}`);
    const rest = names.length > 1 ? " With --yes, only --agent is needed." : "";
    desk.err.write(`There is no terminal to ask at, and ${names.join(", ")} missing: give them as options.${rest}\n`);
    return BAD_USAGE;
  }
  const mustAsk = canAsk && !(inputs.yes === true && inputs.agent !== undefined);
  if (mustAsk && keepsPolicy) desk.out.write(`${policyPath} is there already and is kept.\n`);
  // Prompts are loaded only where someone is asked.
  const given = mustAsk
    ? await (await import("./ask.ts")).askMissing(inputs, { ...desk, keepsPolicy })
    : { ...inputs, agent: inputs.agent ?? AGENTS[0] };
  if (given === undefined) {
    desk.err.write("\nNothing was written.\n");
    return FAILED;
  }
  const answers = completed(given, desk.machineZone);
  const problem = keepsPolicy ? senseless({ ...answers, runCost: ZERO }) : senseless(answers);
  return problem === undefined ? answers : refused(problem, desk);
}

function refused(problem: string, { err }: Desk): number {
  const lines = wrapped(`Bad input: ${problem}. Nothing was written.`, err.columns ?? Number.POSITIVE_INFINITY);
  err.write(`${lines.join("\n")}\n`);
  return BAD_USAGE;
}

async function writeAll(
  { root, policyPath, keepsPolicy }: Place,
  answers: Answers,
  { inputs, desk }: { readonly inputs: InputsOf<"init">; readonly desk: Desk },
): Promise<number> {
  const { agent, maxCost } = answers;
  const template = maxCost !== undefined && canBeMetered(agent) ? METERED_TEMPLATES[agent] : TEMPLATES[agent];
  const templates = [template, ...answers.workflows.map((name) => MAINTENANCE_TEMPLATES[name])];
  const planned = plannedFiles(answers, templates, keepsPolicy ? undefined : policyPath);
  const files = await Promise.all(planned.map((file) => compared(root, file)));
  const { out } = desk;
  const keptText = keepsPolicy ? `Kept ${policyPath}: it applies to every workflow\n` : "";
  if (inputs.dryRun === true) {
    for (const file of files) out.write(`${previewOf(file)}\n`);
    out.write(keptText);
    return DONE;
  }
  const different = files.filter(({ is }) => is === "different");
  if (different.length > 0 && inputs.force !== true) {
    const rules = givenForPolicy(inputs).map((name) => `--${name}`);
    const isPolicy = different.some(({ path }) => path === policyPath);
    const keeping = isPolicy ? ` Without ${rules.join(", ")}, ${policyPath} is kept.` : "";
    out.write(`${different.map(differenceText).join("\n")}\n\nNothing was written; --force overwrites.${keeping}\n`);
    return FAILED;
  }
  for (const file of files) {
    if (file.is !== "same") await writePlanned(root, file, file.is === "different");
    out.write(`${file.is === "same" ? "Unchanged" : file.is === "new" ? "Wrote" : "Overwrote"} ${file.path}\n`);
  }
  out.write(
    `${keptText}\n${nextSteps({ answers, template, files, repository: await originOf(root), columns: out.columns ?? Number.POSITIVE_INFINITY })}`,
  );
  return DONE;
}

/**
 * Where the policy file is, whichever its extension. One that is there stays, unless an option would change it: another
 * agent's workflow obeys it as it is.
 */
async function placeIn(root: string, inputs: InputsOf<"init">): Promise<Place> {
  for (const policyPath of POLICY_PATHS) {
    if ((await textAt(root, policyPath)) === undefined) continue;
    return { root, policyPath, keepsPolicy: givenForPolicy(inputs).length === 0 };
  }
  return { root, policyPath: POLICY_PATHS[0], keepsPolicy: false };
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
