import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "../runner/action.ts";
import { startProgram } from "../runner/spawn.ts";
import { createStepFiles, type Told } from "../runner/step-files.ts";
import type { JobPlace } from "./job-place.ts";
import { CANCEL_LINE, type StandIn, type StandInStep } from "./run-options.ts";

/** How a step went, and what it told the runner. */
export type Done = {
  readonly outcome: "success" | "failure" | "cancelled";
  readonly told: Told;
  /** What is left to do when the job ends. */
  readonly post?: () => Promise<Done>;
};

const SHELLS: Readonly<Record<string, readonly string[]>> = {
  "": ["-e"],
  bash: ["--noprofile", "--norc", "-eo", "pipefail"],
};

/** Runs a script as `run:` does; one that prints the cancel line is stopped there. */
export async function runScript(
  script: string,
  { shell, cwd, env }: { readonly shell: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Done> {
  const flags = SHELLS[shell];
  if (flags === undefined) throw new Error(`The stand-in runner has no shell ${shell}`);
  const folder = emptyFolder("run");
  const files = createStepFiles(folder);
  writeFileSync(join(folder, "script.sh"), script);
  let cancelled = false;
  const started = startProgram("bash", [...flags, join(folder, "script.sh")], {
    cwd,
    env: { ...env, ...files.env },
    group: process.platform !== "win32",
    onStderr(text) {
      if (cancelled || !text.includes(CANCEL_LINE)) return;
      cancelled = true;
      // The runner leaves it ten seconds between the two.
      started.kill("SIGINT");
      started.kill("SIGKILL");
    },
  });
  const ended = await started.ended;
  const outcome = cancelled ? "cancelled" : ended.exitCode === 0 ? "success" : "failure";
  return { outcome, told: files.told(ended) };
}

class Cancelled extends Error {}

/** Lets a stand-in do what an action would have done. */
export async function runStandIn(
  standIn: StandIn,
  place: JobPlace,
  given: { readonly inputs: Readonly<Record<string, string>>; readonly env: Readonly<Record<string, string>> },
): Promise<Done> {
  const outputs: Record<string, string> = {};
  const masks: string[] = [];
  let onPost: (() => void | Promise<void>) | undefined;
  const { workspace, temp, home } = place;
  const step: StandInStep = {
    ...given,
    workspace,
    temp,
    home,
    setOutput(name, value) {
      outputs[name] = value;
    },
    setSecret: (value) => void masks.push(value),
    onPost(post) {
      onPost = post;
    },
    cancel() {
      throw new Cancelled();
    },
  };
  const done = await tried(async () => standIn(step));
  const told = { ...done.told, outputs, masks };
  return onPost === undefined ? { ...done, told } : { ...done, told, post: () => tried(async () => onPost?.()) };
}

const QUIET: Told = { outputs: {}, state: {}, env: {}, path: [], summary: "", annotations: [], masks: [], log: "" };

async function tried(work: () => Promise<void>): Promise<Done> {
  try {
    await work();
    return { outcome: "success", told: QUIET };
  } catch (error) {
    return { outcome: error instanceof Cancelled ? "cancelled" : "failure", told: { ...QUIET, log: String(error) } };
  }
}
