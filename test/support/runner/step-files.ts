import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Annotation, commandsIn, decodeFileCommands } from "./file-commands.ts";

/** The files a step tells the runner something in, and how the runner names them. */
const FILES = {
  GITHUB_OUTPUT: "set_output",
  GITHUB_STATE: "save_state",
  GITHUB_STEP_SUMMARY: "step_summary",
  GITHUB_ENV: "set_env",
  GITHUB_PATH: "add_path",
} as const;

/** What a step told the runner: in the files it was given, and by the commands it printed. */
export type Told = {
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Variables set for the steps after this one. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  /** All that people can see of the log: without the lines that only tell the runner what to mask. */
  readonly log: string;
};

export type StepFiles = {
  /** Names the files, as a step finds them in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly told: (printed: { readonly stdout: string; readonly stderr: string }) => Told;
};

/**
 * The files in which a step tells the runner its outputs, state, variables and summary: new ones for each step, in a
 * folder that the runner makes once a job.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs
 */
export function createStepFiles(temp: string): StepFiles {
  const folder = join(temp, "_runner_file_commands");
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const paths = Object.fromEntries(
    Object.entries(FILES).map(([name, prefix]) => [name, join(folder, `${prefix}_${suffix}`)]),
  );
  for (const path of Object.values(paths)) writeFileSync(path, "");
  const read = (name: keyof typeof FILES) => readFileSync(paths[name] ?? "", "utf8");
  return {
    env: paths,
    told({ stdout, stderr }) {
      const commands = commandsIn(stdout);
      const levels = ["error", "warning", "notice"] as const;
      return {
        outputs: decodeFileCommands(read("GITHUB_OUTPUT")),
        state: decodeFileCommands(read("GITHUB_STATE")),
        env: decodeFileCommands(read("GITHUB_ENV")),
        path: read("GITHUB_PATH")
          .split("\n")
          .filter((line) => line !== ""),
        summary: read("GITHUB_STEP_SUMMARY"),
        annotations: commands.flatMap(({ name, properties, message }) => {
          const level = levels.find((it) => it === name);
          return level === undefined ? [] : [{ level, message, properties }];
        }),
        masks: commands.filter(({ name }) => name === "add-mask").map(({ message }) => message),
        log: `${stdout.replace(/^::add-mask::.*$\n?/gm, "")}${stderr}`,
      };
    },
  };
}
