import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gitEnvironment } from "../test/support/github/git-process.ts";
import { emptyFolder } from "../test/support/runner/action.ts";
import { ROOT } from "./figures.ts";

const WRITER = join(ROOT, "bench", "push-writer.sh");
const EDIT = join(ROOT, "bench", "push-edit.mjs");
const PERSON = { name: "bench", email: "bench@example.com" };

/** A folder of repositories served by git, and how often it was asked. */
export type GitServer = {
  readonly url: string;
  readonly requests: () => Promise<number>;
  readonly stop: () => void;
};

/** Serves all repositories that lie beside this one, `<folder>/owner/name.git`. */
export async function startGitServer(repositoryFolder: string, latencyMs: number): Promise<GitServer> {
  const script = fileURLToPath(new URL("git-server.ts", import.meta.url));
  const child = fork(script, [dirname(dirname(repositoryFolder)), String(latencyMs)]);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    requests: async () => {
      child.send("count");
      const [{ requests }] = (await once(child, "message")) as [{ requests: number }];
      return requests;
    },
    stop: () => child.disconnect(),
  };
}

/** Makes one job of today's kind ready; begun, it is true when its push landed in the end. */
export function preparePush(url: string, booking: { readonly run: number; readonly cost: number }) {
  const env = {
    ...gitEnvironment(),
    ...{ GIT_AUTHOR_NAME: PERSON.name, GIT_AUTHOR_EMAIL: PERSON.email },
    ...{ GIT_COMMITTER_NAME: PERSON.name, GIT_COMMITTER_EMAIL: PERSON.email },
  };
  const args = [process.execPath, EDIT, url, String(booking.run), String(booking.cost)];
  const cwd = emptyFolder("job");
  return async (): Promise<boolean> => {
    const [code] = await once(spawn(WRITER, args, { cwd, env, stdio: "ignore" }), "exit");
    return code === 0;
  };
}
