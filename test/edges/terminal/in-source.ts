import { PassThrough } from "node:stream";
import { runTerminal } from "../../../src/edges/terminal/terminal.ts";
import { emptyFolder } from "../../support/runner/action.ts";

/** What a command printed, and its exit code. */
export type Said = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the terminal program as it is in src/, in this process. */
export async function terminalIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Said> {
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
    folder: emptyFolder("folder"),
    in: new PassThrough() as unknown as NodeJS.ReadStream,
    out: out as unknown as NodeJS.WriteStream,
    err: err as unknown as NodeJS.WriteStream,
  });
  return { code, ...said };
}
