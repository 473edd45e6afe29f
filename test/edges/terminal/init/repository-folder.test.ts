import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { originOf, rootOf } from "../../../../src/edges/terminal/init/repository-folder.ts";
import { emptyFolder } from "../../../support/runner/action.ts";

it.each([
  ["git@github.com:octo-org/octo-repo.git", "octo-org/octo-repo"],
  ["https://github.com/octo-org/octo.repo", "octo-org/octo.repo"],
  ["ssh://git@github.com/octo-org/octo-repo.git", "octo-org/octo-repo"],
  ["https://gitlab.example/octo-org/octo-repo.git", undefined],
])("knows the repository that origin is: %s", async (url, expected) => {
  const root = emptyFolder("clone");
  mkdirSync(join(root, ".git"));
  const other = '[remote "fork"]\n\turl = git@github.com:somebody/else.git\n';
  for (const end of ["\n", "\r\n"]) {
    const config = `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*\n${other}`;
    writeFileSync(join(root, ".git", "config"), config.replaceAll("\n", end));
    expect(await originOf(root)).toBe(expected);
  }
});

it("finds a root whose .git is a file, as in a worktree, and none where there is none", async () => {
  const root = emptyFolder("worktree");
  mkdirSync(join(root, "a", "b"), { recursive: true });
  expect(await rootOf(join(root, "a", "b"))).toBeUndefined();
  writeFileSync(join(root, ".git"), "gitdir: elsewhere\n");
  expect(await rootOf(join(root, "a", "b"))).toBe(root);
  expect(await originOf(root)).toBeUndefined();
});
