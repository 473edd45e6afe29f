import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { GitHubOptions } from "../test/support/github/server.ts";
import type { Steering } from "./github-server.ts";

type Answer = { readonly id: number; readonly value?: unknown; readonly problem?: string };

/** GitHub's stand-in in a separate process, and the messages it takes. */
export type GitHubProcess = {
  readonly [Name in keyof Steering]: (
    ...given: Parameters<Steering[Name]>
  ) => Promise<Awaited<ReturnType<Steering[Name]>>>;
};

/** Starts GitHub's stand-in; it ends with `stop`. */
export async function startGitHubProcess(options: GitHubOptions): Promise<GitHubProcess> {
  const server = fileURLToPath(new URL("github-server.ts", import.meta.url));
  const child = fork(server, [JSON.stringify(options)]);
  const waiting = new Map<number, (answer: Answer) => void>();
  const answerTo = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, ({ value, problem }) => (problem === undefined ? resolve(value) : reject(new Error(problem))));
    });
  child.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.on("exit", (code) => {
    for (const answer of waiting.values()) answer({ id: 0, problem: `GitHub's stand-in ended with ${code}` });
  });
  await answerTo(0);
  let asked = 0;
  return new Proxy({} as GitHubProcess, {
    get: (_, name) => {
      // A promise asks what it is given whether it is one, too.
      if (name === "then") return undefined;
      return (given: unknown) => {
        asked += 1;
        child.send({ id: asked, name, given });
        return answerTo(asked);
      };
    },
  });
}
