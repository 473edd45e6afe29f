import { PassThrough } from "node:stream";
import { runTerminal } from "../../../src/edges/terminal/terminal.ts";
import { emptyFolder } from "../../support/runner/action.ts";

/** What a command printed, and its exit code. */
export type Said = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the terminal program as it is in src/, in this process and an empty folder. */
export function terminalIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Said> {
  return terminalAt(emptyFolder("folder"), env, ...args);
}

/** The same in a folder. */
export async function terminalAt(
  folder: string,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Said> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const said = { out: "", err: "" };
  out.on("data", (bytes) => {
    said.out += bytes;
  });
  err.on("data", (bytes) => {
    said.err += bytes;
  });
  const code = await runTerminal(args, {
    env,
    folder,
    in: new PassThrough() as unknown as NodeJS.ReadStream,
    out: out as unknown as NodeJS.WriteStream,
    err: err as unknown as NodeJS.WriteStream,
  });
  return { code, ...said };
}
