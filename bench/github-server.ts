// GitHub's stand-in in a separate process, so that its work doesn't count as the work of the measured program; steered
// by messages. node bench/github-server.ts <options as JSON>
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { githubSchema } from "../test/support/github/graphql-schema.ts";
import { type GitHubOptions, startGitHub } from "../test/support/github/server.ts";

// It takes a second: not the first one's who asks.
githubSchema();
const github = await startGitHub({ repositories: {}, ...(JSON.parse(process.argv[2] ?? "{}") as GitHubOptions) });

const steering = {
  places: () => ({ url: github.url, apiUrl: github.apiUrl, graphqlUrl: github.graphqlUrl }),
  setClock: (instant: string) => github.clock.set(instant, "ticking"),
  createRepository: async (name: string) => (await github.createRepository(name)).dir,
  /** Commits a folder as a branch and answers its head. */
  commitFolder: ({ repository, branch, folder }: { repository: string; branch: string; folder: string }) => {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = paths.map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, "utf8")];
    });
    const message = "Books as they were";
    return github.repo(repository).commit({ branch, files: Object.fromEntries(files), message });
  },
  head: async ({ repository, branch }: { repository: string; branch: string }) =>
    (await github.repo(repository).head(branch)) ?? null,
  resetBranch: ({ repository, branch, head }: { repository: string; branch: string; head: string }) =>
    github.repo(repository).resetBranch(branch, head),
  files: ({ repository, branch }: { repository: string; branch: string }) => github.repo(repository).files(branch),
  readFile: async ({ repository, branch, path }: { repository: string; branch: string; path: string }) =>
    (await github.repo(repository).readFile(branch, path)) ?? null,
  writeFile: (file: { repository: string; branch: string; path: string; text: string }) =>
    github.repo(file.repository).writeFile(file.branch, file.path, file.text),
  takeLog: () => {
    const log = [...github.log];
    github.clearLog();
    return log;
  },
  stop: () => github.stop(),
};

export type Steering = typeof steering;

process.on("message", async ({ id, name, given }: { id: number; name: keyof Steering; given: never }) => {
  try {
    process.send?.({ id, value: await steering[name](given) });
  } catch (error) {
    process.send?.({ id, problem: String(error) });
  }
  if (name === "stop") process.disconnect();
});
// Who started it has had enough, or is no more.
process.once("disconnect", () => github.stop().finally(() => process.exit()));
process.send?.({ id: 0 });
