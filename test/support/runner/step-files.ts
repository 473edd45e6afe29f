import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Annotation, commandsIn, decodeFileCommands } from "./file-commands.ts";

const FILES = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH"] as const;

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

/** The files in a folder in which a step tells the runner its outputs, state, variables and summary. */
export function createStepFiles(folder: string): StepFiles {
  const paths = Object.fromEntries(FILES.map((name) => [name, join(folder, name.toLowerCase())]));
  for (const path of Object.values(paths)) writeFileSync(path, "");
  const read = (name: (typeof FILES)[number]) => readFileSync(paths[name] ?? "", "utf8");
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
