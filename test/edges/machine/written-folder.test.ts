import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWriter } from "../../../src/edges/machine/written-folder.ts";
import { emptyFolder } from "../../support/runner/action.ts";

const FIRST = [
  { path: "index.html", text: "one" },
  { path: "budgets/qa.html", text: "qa" },
  { path: "api/cost/tag%3ateam/2026-02.json", text: "{}" },
];

/** Writes files into folders. */
function writerIn(work: string) {
  const write = folderWriter(work, (text) => text.replaceAll("secret", "***"));
  return (path: string, files: Iterable<{ path: string; text: string }>) =>
    write(path, async (draft) => {
      for (const file of files) await draft.write(file);
    });
}

/** All that is in a folder but the marker. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((name) => !name.endsWith(".token-budget-files.json"))
    .sort();
}

describe("a folder that is written", () => {
  it("has the files, and only those once it is written again", async () => {
    const work = emptyFolder("work");
    const write = writerIn(work);
    expect(await write("out/site", FIRST)).toBe(3);
    expect(filesIn(work)).toEqual([
      "out/site/api/cost/tag%3ateam/2026-02.json",
      "out/site/budgets/qa.html",
      "out/site/index.html",
    ]);
    await write("out/site", [{ path: "index.html", text: "two" }]);
    expect(filesIn(work)).toEqual(["out/site/index.html"]);
    expect(readdirSync(join(work, "out/site")).sort()).toEqual([".token-budget-files.json", "index.html"]);
    expect(readFileSync(join(work, "out/site/index.html"), "utf8")).toBe("two");
  });

  it("has only what was written since it was begun again", async () => {
    const work = emptyFolder("work");
    const count = await folderWriter(work, (text) => text)("site", async (draft) => {
      for (const file of FIRST) await draft.write(file);
      await draft.restart();
      await draft.write({ path: "index.html", text: "two" });
    });
    expect([count, filesIn(work)]).toEqual([1, ["site/index.html"]]);
    expect(readFileSync(join(work, "site/index.html"), "utf8")).toBe("two");
  });

  it("has no secrets in its files", async () => {
    const work = emptyFolder("work");
    await writerIn(work)("site", [{ path: "a.html", text: "a secret" }]);
    expect(readFileSync(join(work, "site/a.html"), "utf8")).toBe("a ***");
  });

  it("keeps what others have added to it", async () => {
    const work = emptyFolder("work");
    const write = writerIn(work);
    await write("site", FIRST);
    writeFileSync(join(work, "site/CNAME"), "budget.example.com");
    writeFileSync(join(work, "site/budgets/mine.html"), "mine");
    await write("site", [{ path: "index.html", text: "two" }]);
    expect(filesIn(work)).toEqual(["site/CNAME", "site/budgets/mine.html", "site/index.html"]);
  });

  it.each([
    [
      "a folder with files of others",
      (work: string) => {
        mkdirSync(join(work, "site"));
        writeFileSync(join(work, "site/notes.txt"), "mine");
      },
      "it has files that this command didn't write",
    ],
    ["a file", (work: string) => writeFileSync(join(work, "site"), "mine"), "it is a file, not a folder"],
  ])("is refused where there is %s", async (_, prepare, why) => {
    const work = emptyFolder("work");
    prepare(work);
    const before = filesIn(work);
    await expect(writerIn(work)("site", FIRST)).rejects.toThrow(why);
    expect(filesIn(work)).toEqual(before);
  });

  it("stays as it was if a file can't be made", async () => {
    const work = emptyFolder("work");
    const write = writerIn(work);
    await write("site", FIRST);
    const failing = (function* files() {
      yield { path: "index.html", text: "two" };
      throw new Error("no more");
    })();
    await expect(write("site", failing)).rejects.toThrow("no more");
    expect(readFileSync(join(work, "site/index.html"), "utf8")).toBe("one");
    expect(filesIn(work)).toHaveLength(3);
  });

  it.each(["../out.html", "/etc/out.html", "a/../../out.html", ".", "a//b", "a\\b"])(
    "never writes %j",
    async (path) => {
      const work = emptyFolder("work");
      await expect(writerIn(work)("site", [{ path, text: "" }])).rejects.toThrow("no place for a file");
      expect(filesIn(work)).toEqual([]);
    },
  );

  it("follows no link out of it, nor a marker that names files elsewhere", async ({ skip }) => {
    skip(process.platform === "win32", "links need permission on Windows");
    const work = emptyFolder("work");
    const write = writerIn(work);
    writeFileSync(join(work, "mine.txt"), "mine");
    mkdirSync(join(work, "elsewhere"));
    await write("site", [{ path: "index.html", text: "one" }]);
    symlinkSync(join(work, "elsewhere"), join(work, "site/budgets"));
    writeFileSync(
      join(work, "site/.token-budget-files.json"),
      JSON.stringify({ files: ["../mine.txt", "/etc/hosts", "index.html"] }),
    );
    await expect(write("site", FIRST)).rejects.toThrow("budgets in it is no folder");
    await write("site", [{ path: "other.html", text: "two" }]);
    expect(readdirSync(join(work, "elsewhere"))).toEqual([]);
    rmSync(join(work, "site/.token-budget-files.json"));
    symlinkSync(join(work, "mine.txt"), join(work, "site/.token-budget-files.json"));
    await write("site", [{ path: "other.html", text: "three" }]);
    expect(readFileSync(join(work, "mine.txt"), "utf8")).toBe("mine");
  });
});
