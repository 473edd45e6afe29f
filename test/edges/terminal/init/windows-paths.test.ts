import { posix, win32 } from "node:path";
import { expect, it } from "vitest";
import { slashed } from "../../../../src/edges/machine/usage-paths.ts";
import { foldersUp } from "../../../../src/edges/terminal/init/repository-folder.ts";
import { placeOf } from "../../../../src/edges/terminal/init/write-files.ts";
import { statePath } from "../../../../src/inputs/place-kinds.ts";

it.each([
  ["C:\\work\\repo", win32, ["C:\\work\\repo", "C:\\work", "C:\\"]],
  ["\\\\server\\share\\repo", win32, ["\\\\server\\share\\repo", "\\\\server\\share\\"]],
  ["/home/me/repo", posix, ["/home/me/repo", "/home/me", "/home", "/"]],
])("goes up from %s to the root and no further", (folder, system, expected) => {
  expect(foldersUp(folder, system)).toEqual(expected);
});

it("puts a repository's file where the system has it", () => {
  expect(placeOf("C:\\repo", ".github/workflows/codex.yml", win32)).toBe("C:\\repo\\.github\\workflows\\codex.yml");
  expect(placeOf("/repo", ".github/token-budget.yml", posix)).toBe("/repo/.github/token-budget.yml");
});

it("reads backslashes in globs as slashes on Windows alone, where they are no part of a name", () => {
  expect(slashed(".\\logs\\**\\*.json", "win32")).toBe("./logs/**/*.json");
  expect(slashed("a\\*.json", "linux")).toBe("a\\*.json");
});

it("takes the state's path with slashes on every system, and says so of any other", () => {
  expect(statePath.parse("ai/team.json")).toBe("ai/team.json");
  expect(statePath.parse("ai\\team.json")).toBeUndefined();
  expect(statePath.wanted).toContain("backslashes");
});
