import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Folder } from "./folder-world.ts";

describe("the dashboard at a terminal", () => {
  it("is written from the books in a folder, again into its own place, and never beside files of others", async () => {
    const folder = new Folder({ inProcess: true });
    await folder.run("record", "--cost", "0.42", "--tags", "team=infra");
    const said = await folder.json("dashboard");
    expect(said).toMatchObject({ command: "dashboard", dashboard: "site", spent: 0.42, failed: false });
    expect(folder.read("site/index.html")).toContain("$0.4200 of $15.00 spent");
    expect(JSON.parse(folder.read("site/api/index.json")).schemas.report.title).toBe("token-budget report");
    const again = await folder.run("dashboard", "--output", "site", "--people", "none");
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining("open site/index.html")]);
    folder.makeFolder("docs");
    folder.write("docs/mine.md", "mine");
    const refused = await folder.run("dashboard", "--output", "docs");
    expect([refused.exitCode, refused.stdout]).toEqual([2, expect.stringContaining("name a new or an empty folder")]);
    expect(existsSync(join(folder.path, "docs/index.html"))).toBe(false);
  });
});
