import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";

const world = useExamples();

/** Runs an example on books with one run, and reads a page of the folder that it uploads. */
async function uploaded(example: string, action: string) {
  world.at("2026-02-17T09:00:00Z");
  await world.step("record", { cost: "1.5", tags: "team=web" });
  world.at("2026-02-23T06:10:00Z");
  const found: { files: string[]; index: string; runs: string }[] = [];
  const run = await world.run(example, {
    event: { name: "schedule" },
    standIns: {
      [action]: ({ inputs: { path = "" }, workspace }) => {
        const read = (name: string) => readFileSync(join(resolve(workspace, path), name), "utf8");
        found.push({
          files: readdirSync(resolve(workspace, path)),
          index: read("index.html"),
          runs: read("runs.html"),
        });
      },
      "actions/deploy-pages": () => ({ page_url: "https://octo-org.github.io/octo-repo/" }),
    },
  });
  return { run, site: found[0] };
}

describe.each([
  ["dashboard-pages", "actions/upload-pages-artifact"],
  ["dashboard-artifact", "actions/upload-artifact"],
])("the example %s", ON_A_RUNNER, (example, action) => {
  it("writes the pages with a token that can only read", async () => {
    const { run, site } = await uploaded(example, action);
    expect(run.conclusion).toBe("success");
    expect(site?.files).toEqual(
      expect.arrayContaining(["api", "executive.html", "index.html", "manager.html", "runs.html"]),
    );
    expect(site?.index).toContain("$1.50 of $15.00 spent");
  });
});
