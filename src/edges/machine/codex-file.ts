import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withMeterInCodex, withoutMeterInCodex } from "../../commands/meter/codex-config.ts";
import { inHome } from "./default-places.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Codex's configuration in this job. */
export type CodexFile = {
  readonly path: string;
  /** Its text; undefined if there is none. */
  readonly text: string | undefined;
  /** Other jobs of this machine read it, too: they would be pointed at a meter that isn't theirs. */
  readonly isShared: boolean;
};

/** Codex's configuration; undefined without a home. */
export async function codexFile(env: Environment): Promise<CodexFile | undefined> {
  const own = env["CODEX_HOME"];
  const folder = own || inHome(".codex", env);
  if (!folder) return undefined;
  const path = join(folder, "config.toml");
  const text = await readFile(path, "utf8").catch(() => undefined);
  return { path, text, isShared: !own && env["RUNNER_ENVIRONMENT"] === "self-hosted" };
}

/** Adds the meter to it. */
export async function pointCodex({ path, text }: CodexFile, url: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, withMeterInCodex(text ?? "", url), { mode: 0o600 });
}

/** Takes the meter out of it again; a file that has nothing else and wasn't there is removed. */
export async function putCodexBack({ path, isNew }: { readonly path: string; readonly isNew: boolean }): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const before = withoutMeterInCodex(text);
  if (isNew && before.trim() === "") await rm(path, { force: true });
  else if (before !== text) await writeFile(path, before);
}
