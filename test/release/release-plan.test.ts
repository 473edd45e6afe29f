import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { git, remoteTags } from "../../scripts/git.ts";
import { planOf } from "../../scripts/release-plan.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { runReleaseStep } from "./run-release-step.ts";

let folder: string;

beforeEach(() => {
  const remote = emptyFolder("remote");
  folder = emptyFolder("sources");
  git(remote, "init", "--quiet", "--bare");
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "remote", "add", "origin", remote);
  git(folder, "config", "user.name", "Somebody");
  git(folder, "config", "user.email", "somebody@localhost");
  mkdirSync(join(folder, ".changeset"));
  write(".changeset/README.md", "# Changes");
  commit("1.0.0");
});

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

/** A commit that is this version, and its name. */
function commit(version: string): string {
  write("package.json", JSON.stringify({ version }));
  write("CHANGELOG.md", `# Changes\n\n## ${version}\n\n- What ${version} brings\n\n## 0.0.9\n\n- Older\n`);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", version);
  return git(folder, "rev-parse", "HEAD");
}

/** Runs the step that sets the tags, for the commit that is checked out. */
function release(): void {
  const { tag, major, movesMajor } = planOf(folder);
  const env = { TAG: tag, MAJOR: major, MOVES_MAJOR: String(movesMajor), GITHUB_SHA: git(folder, "rev-parse", "HEAD") };
  runReleaseStep("tags", folder, env);
}

const tags = () => Object.fromEntries(remoteTags(folder));

describe("a release", () => {
  it("is due where no tag has its version, with what the changelog says of it", () => {
    expect(planOf(folder)).toEqual({
      version: "1.0.0",
      tag: "v1.0.0",
      major: "v1",
      waiting: 0,
      due: true,
      movesMajor: true,
      notes: "- What 1.0.0 brings",
    });
  });

  it("isn't due while changes wait for a version", () => {
    write(".changeset/blue-cats-sing.md", "---\ntoken-budget: minor\n---\n\nMore");
    expect(planOf(folder)).toMatchObject({ due: false, waiting: 1 });
  });

  it.each([
    ["without a version", () => write("package.json", "{}"), /no version/],
    ["of a version that isn't final", () => write("package.json", '{"version":"1.0.0-rc.1"}'), /no version/],
    ["that the changelog doesn't know", () => write("CHANGELOG.md", "# Changes\n"), /says nothing about 1\.0\.0/],
    ["without a folder of changes", () => rmSync(join(folder, ".changeset"), { recursive: true }), /\.changeset/],
  ])("%s is refused", (_, spoil, why) => {
    spoil();
    expect(() => planOf(folder)).toThrow(why);
  });
});

describe.skipIf(process.platform === "win32")("a release (bash is needed)", () => {
  it("isn't due twice", () => {
    release();
    expect(planOf(folder).due).toBe(false);
  });

  it("sets the tag of its version and moves the major version's", () => {
    const first = git(folder, "rev-parse", "HEAD");
    release();
    expect(tags()).toEqual({ "v1.0.0": first, v1: first });
    const second = commit("1.1.0");
    release();
    expect(tags()).toEqual({ "v1.0.0": first, "v1.1.0": second, v1: second });
  });

  it("never changes: its tag stays where it is, and so does the major version's", () => {
    release();
    const before = tags();
    commit("1.0.0");
    expect(release).toThrow(/v1\.0\.0 is released already/);
    expect(tags()).toEqual(before);
  });

  it("can be repeated for the same commit, by whoever has its tag or hasn't", () => {
    release();
    const before = tags();
    git(folder, "tag", "--delete", "v1.0.0", "v1");
    release();
    expect(tags()).toEqual(before);
  });

  it("of an older line leaves the major version's tag with the newest", () => {
    commit("1.10.0");
    release();
    const newest = tags();
    const older = commit("1.9.1");
    release();
    expect(tags()).toEqual({ ...newest, "v1.9.1": older });
  });

  it("of a new major version leaves the older one's tag alone", () => {
    release();
    const { v1 } = tags();
    const second = commit("2.0.0");
    release();
    expect(tags()).toMatchObject({ v1, v2: second });
  });
});
