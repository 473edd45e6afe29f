import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { emptyFolder } from "../support/runner/action.ts";

const RUNS = ["action.yml", "dist/licenses.txt", "dist/main.js", "docs/how-to.md", "src/main.ts"];
const FOR_DEVELOPERS = ["bench/startup.ts", "docs/images/page.png", "test/support/pace/pace.ts"];

it("leaves out of what a workflow downloads what only developers need", () => {
  const folder = emptyFolder("download");
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", folder, ...args]);
  for (const path of [...RUNS, ...FOR_DEVELOPERS]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
  copyFileSync(".gitattributes", join(folder, ".gitattributes"));
  git("init", "--quiet");
  git("add", ".");
  const tree = git("write-tree").toString().trim();
  const listed = execFileSync("tar", ["-tf", "-"], { input: git("archive", "--format=tar", tree), encoding: "utf8" });
  const files = listed.split(/\r?\n/).filter((path) => path !== "" && !path.endsWith("/"));
  expect(files.toSorted()).toEqual([".gitattributes", ...RUNS].toSorted());
});
