import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { booksOn, useWorld } from "./action-world.ts";
import { Folder, USAGE } from "./folder-world.ts";

const world = useWorld();

/** So large that it is read in a process of its own. */
const MB = 1024 * 1024;
/** More than any reader takes: nested a million times. */
const BOMB = `{"a":${"[".repeat(2 * MB)}}`;
/** A Claude Code result that costs $0.04995, and more than an agent's talk before it. */
const LARGE = `[${JSON.stringify({ type: "user", message: { role: "user", content: "talk ".repeat(MB / 2) } })},${readFileSync(USAGE, "utf8").trim().slice(1)}`;

const files = { "usage-file": "agent.json\nbomb.json" };
const leave = ({ workspace }: { readonly workspace: string }) => {
  writeFileSync(join(workspace, "agent.json"), LARGE);
  writeFileSync(join(workspace, "bomb.json"), BOMB);
};
/** What the honest file says, and the estimate for what the other does. */
const CHARGED = { cost: 0.10495, quality: "estimated" };
const WARNING = expect.stringMatching(
  /^\S*bomb\.json says nothing about usage: .*nested deeper than 10000.*Name a smaller file/,
);

describe("a usage file that is too much to be read", () => {
  it("is unknown usage beside files that can be, with a warning that names it, in a record", async () => {
    const job = world.job({ inputs: files });
    await job.step({ inputs: { command: "check" } });
    leave(job);
    const record = await job.step({ inputs: { command: "record" } });
    expect(record.exitCode).toBe(0);
    expect(record.annotations.map(({ message }) => message)).toContainEqual(WARNING);
    expect((await booksOn(world.repo)).entries).toMatchObject([CHARGED]);
  });

  it("is so at the end of a job, too", async () => {
    const job = world.job({ inputs: files });
    await job.step();
    leave(job);
    const post = await job.post();
    expect(post.exitCode).toBe(0);
    expect(post.annotations.map(({ message }) => message)).toContainEqual(WARNING);
    expect((await booksOn(world.repo)).entries).toMatchObject([CHARGED]);
  });

  it("is so at a terminal, and what a command prints is", async () => {
    const folder = new Folder();
    folder.write("agent.json", LARGE);
    folder.write("bomb.json", BOMB);
    const told = await folder.json("usage", "agent.json", "bomb.json");
    expect(told).toMatchObject({
      total: 0.04995,
      costQuality: "estimated",
      notes: [{ level: "warning", text: WARNING }],
    });
    const printing = ["-e", 'process.stdout.write(require("fs").readFileSync("bomb.json"))'];
    const ran = await folder.run("run", "--", process.execPath, ...printing);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr.replace(/\s+/g, " ")).toContain("the command's output says nothing about usage: It has a JSON");
    expect(folder.ledger()).toMatchObject([{ cost: 0.055, quality: "estimated" }]);
  });
});

describe("a usage file that takes more memory than the program may have", () => {
  it("doesn't end the program that asks what it says", async () => {
    const folder = new Folder({ env: { NODE_OPTIONS: "--max-old-space-size=96" } });
    folder.write("objects.json", `{"a":[${"{},".repeat(4 * MB)}{}]}`);
    const { total, notes } = await folder.json("usage", "objects.json");
    expect({ total, notes }).toEqual({
      total: 0,
      notes: [{ level: "warning", text: expect.stringMatching(/^\S*objects\.json says nothing about usage/) }],
    });
  });
});
