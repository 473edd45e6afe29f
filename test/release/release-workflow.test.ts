import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { git, remoteTags } from "../../scripts/git.ts";
import { pack } from "../../scripts/release-files.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { runReleaseStep } from "./run-release-step.ts";

// The workflow's own runner is Ubuntu: the steps are written for its programs.
const ON_UBUNTU = { skip: process.platform !== "linux" };

describe("the step that proposes a version", ON_UBUNTU, () => {
  let folder: string;
  let temp: string;
  let remote: string;
  beforeEach(() => {
    [remote, folder, temp] = [emptyFolder("remote"), emptyFolder("sources"), emptyFolder("temp")];
    git(remote, "init", "--quiet", "--bare");
    git(folder, "init", "--quiet", "--initial-branch=main");
    git(folder, "remote", "add", "origin", remote);
    git(folder, "config", "user.name", "Somebody");
    git(folder, "config", "user.email", "somebody@localhost");
    for (const made of ["version", "bin"]) mkdirSync(join(temp, made));
    writeFileSync(join(folder, "package.json"), '{"version":"1.0.0"}\n');
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message", "First");
  });

  /** Proposes this version, with so many pull requests open; answers with what gh was asked. */
  function propose(version: string, open: number): readonly string[] {
    git(folder, "switch", "--quiet", "main");
    writeFileSync(join(folder, "package.json"), `{"version":"${version}"}\n`);
    writeFileSync(join(folder, "blob.bin"), Buffer.from([0, 255, 0, version.length]));
    git(folder, "add", "--all");
    const patch = execFileSync("git", ["diff", "--cached", "--binary"], { cwd: folder });
    writeFileSync(join(temp, "version/version.patch"), patch);
    git(folder, "reset", "--quiet", "--hard");
    const [gh, asked] = [join(temp, "bin/gh"), join(temp, "asked")];
    writeFileSync(gh, `#!/bin/sh\necho "$*" >> '${asked}'\n[ "$2" != list ] || echo ${open}\n`, { mode: 0o755 });
    writeFileSync(asked, "");
    const PATH = [join(temp, "bin"), process.env["PATH"] ?? ""].join(delimiter);
    runReleaseStep("propose", folder, { RUNNER_TEMP: temp, PATH });
    return readFileSync(asked, "utf8").trim().split("\n");
  }

  it("opens a pull request with what was made without a right to write, and keeps it up to date", () => {
    expect(propose("1.1.0", 0).map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "pr list --head next-release",
      "pr create --head next-release",
    ]);
    expect(git(remote, "show", "next-release:package.json")).toBe('{"version":"1.1.0"}');
    expect(git(remote, "log", "--format=%s", "next-release")).toBe("Give the waiting changes a version\nFirst");

    git(folder, "branch", "--quiet", "--delete", "--force", "main");
    git(folder, "switch", "--quiet", "--create", "main", "HEAD~1");
    git(folder, "branch", "--quiet", "--delete", "--force", "next-release");
    expect(propose("1.2.0", 1)).toHaveLength(1);
    expect(git(remote, "show", "next-release:package.json")).toBe('{"version":"1.2.0"}');
    expect(git(remote, "log", "--format=%s", "next-release")).toBe("Give the waiting changes a version\nFirst");
    expect(remoteTags(folder).size).toBe(0);
  });
});

describe("the step that compares a release with its commit", ON_UBUNTU, () => {
  let temp: string;
  let archive: string;
  let packed: string;
  beforeAll(() => {
    const folder = emptyFolder("packed");
    packed = join(folder, pack(process.cwd(), folder));
  });
  beforeEach(() => {
    temp = emptyFolder("temp");
    mkdirSync(join(temp, "release"));
    archive = join(temp, "release", basename(packed));
    copyFileSync(packed, archive);
    sum();
  });

  const sum = () =>
    execFileSync("bash", ["-c", "sha256sum *.tgz > SHA256SUMS"], { cwd: join(temp, "release"), stdio: "inherit" });
  const compare = () =>
    runReleaseStep("compare", process.cwd(), { RUNNER_TEMP: temp, GITHUB_WORKSPACE: process.cwd() });

  /** Packs once more what somebody has changed. */
  function change(spoil: (folder: string) => void): void {
    const opened = emptyFolder("opened");
    execFileSync("tar", ["-xzf", archive, "-C", opened]);
    spoil(join(opened, "package"));
    execFileSync("tar", ["-czf", archive, "-C", opened, "package"]);
    sum();
  }

  it("finds the package to be the commit's files", () => {
    expect(compare).not.toThrow();
  });

  it.each<readonly [string, (folder: string) => void, RegExp]>([
    ["a program that was changed", (at) => appendFileSync(join(at, "dist/main.js"), " "), /dist\/main\.js: FAILED/],
    ["a server that was changed", (at) => appendFileSync(join(at, "serve/serve.js"), " "), /serve\/serve\.js: FAILED/],
    ["a file more beside the server", (at) => writeFileSync(join(at, "serve/more.js"), ""), /differ/],
    ["a file more", (at) => writeFileSync(join(at, "dist/more.js"), ""), /more\.js/],
    [
      "a script that npm would run where it is installed",
      (at) => {
        const file = join(at, "package.json");
        const published = JSON.parse(readFileSync(file, "utf8")) as object;
        writeFileSync(file, JSON.stringify({ ...published, scripts: { postinstall: "curl evil" } }));
      },
      /differ/,
    ],
  ])("refuses %s", (_, spoil, why) => {
    change(spoil);
    expect(compare).toThrow(why);
  });

  it("refuses an archive that isn't the one whose sum was written down", () => {
    appendFileSync(archive, "x");
    expect(compare).toThrow(/FAILED/);
  });
});
