import { describe, expect, it } from "vitest";
import { chromiumPath, startChromium } from "../support/page/chromium.ts";
import { type DrawnChart, showOnGithub } from "../support/page/github-page.ts";
import { GALLERY } from "./gallery.ts";

const path = chromiumPath();
const name = path === undefined ? "the pictures (skipped: no Chromium here, CHROME_PATH names one)" : "the pictures";

describe.skipIf(path === undefined)(name, () => {
  it("are drawn in a real browser, each with a bar and a point of the budget's line for every day", async () => {
    const exhibits = Object.entries(GALLERY);
    const charts = await drawn(exhibits.map(([, { markdown }]) => markdown).join("\n\n"));
    expect(charts).toHaveLength(exhibits.length);
    for (const [index, [exhibit, { days, come, ahead }]] of exhibits.entries()) {
      expect([exhibit, charts[index]]).toEqual([
        exhibit,
        {
          error: null,
          bars: [
            { all: days, seen: come },
            { all: days, seen: ahead ? days - come : 0 },
          ],
          points: [days],
        },
      ]);
    }
  }, 120_000);
});

async function drawn(markdown: string): Promise<DrawnChart[]> {
  const browser = await startChromium(path ?? "");
  try {
    return await showOnGithub(await browser.newPage(), markdown);
  } finally {
    await browser.close();
  }
}
