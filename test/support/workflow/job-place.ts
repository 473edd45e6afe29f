import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type ActionOptions, emptyFolder, runnerEnvironment } from "../runner/action.ts";
import { parentEnvironment } from "../runner/spawn.ts";
import type { Told } from "../runner/step-files.ts";
import type { RunOptions } from "./run-options.ts";

/** Where a job runs: its folders, and the variables and programs its steps find. */
export type JobPlace = {
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  /** The variables a step finds, beside those the workflow sets. */
  readonly environment: (options: ActionOptions) => Record<string, string>;
  /** What a step set for those after it. */
  readonly set: () => Readonly<Record<string, string>>;
  readonly keep: (told: Pick<Told, "env" | "path">) => void;
};

/** A fresh machine with the workspace's files and the stand-ins' programs. */
export function createPlace({ workspace: files = {}, programs = {} }: RunOptions): JobPlace {
  const [workspace, temp, home, bin] = [
    emptyFolder("workspace"),
    emptyFolder("temp"),
    emptyFolder("home"),
    emptyFolder("bin"),
  ];
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  let variables: Readonly<Record<string, string>> = {};
  let path = [bin, dirname(process.execPath), process.env["PATH"] ?? ""];
  return {
    workspace,
    temp,
    home,
    environment: (options) => ({
      ...parentEnvironment(),
      ...runnerEnvironment(options),
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temp,
      HOME: home,
      PATH: path.join(delimiter),
    }),
    set: () => variables,
    keep(told) {
      variables = { ...variables, ...told.env };
      path = [...told.path, ...path];
    },
  };
}
