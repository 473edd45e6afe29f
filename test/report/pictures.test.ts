import { describe, expect, it } from "vitest";
import { monthOutlook } from "../../src/books/month-demand.ts";
import { renderChart } from "../../src/report/markdown/chart.ts";
import { nanoOf } from "../../src/values/money.ts";
import { countOf } from "../support/pace/pace.ts";
import { chromiumPath, startChromium } from "../support/page/chromium.ts";
import { type DrawnChart, showOnGithub } from "../support/page/github-page.ts";
import { GALLERY } from "./gallery.ts";
import { sampleState } from "./samples.ts";

const path = chromiumPath();

describe("the pictures", () => {
  it("are drawn in a real browser, each with a bar and a point of the budget's line for every day", async ({
    skip,
  }) => {
    skip(path === undefined, "there is no Chromium here; CHROME_PATH names one");
    const exhibits = Object.entries(GALLERY)
      .filter(([, { spent }]) => spent > 0)
      .slice(0, countOf("pictures"));
    const markdown = [...exhibits.map(([, exhibit]) => exhibit.markdown), ...EXTREMES.map(chartOf)];
    const charts = await drawn(markdown.join("\n\n"));
    expect(charts).toHaveLength(exhibits.length + EXTREMES.length);
    expect(charts.slice(exhibits.length)).toEqual(
      EXTREMES.map(({ seen, ahead }) => ({
        error: null,
        bars: seen.map((one) => ({ all: 31, seen: one })),
        points: ahead ? [31, 31, 31] : [31],
      })),
    );
    for (const [index, [exhibit, { days, come, spent, ahead }]] of exhibits.entries()) {
      expect([exhibit, charts[index]]).toEqual([
        exhibit,
        {
          error: null,
          bars: [
            { all: days, seen: spent },
            { all: days, seen: ahead === "none" ? 0 : days - come },
          ],
          // The edges of the forecast's range are lines, too.
          points: ahead === "ranges" ? [days, days, days] : [days],
        },
      ]);
    }
  });
});

type Extreme = {
  readonly spent: number;
  readonly budget: number;
  readonly seen: readonly number[];
  readonly ahead: boolean;
};

/** Months of 31 days on their tenth day, and how many bars are to be seen of what is spent and of the days to come. */
const EXTREMES: readonly Extreme[] = [
  { spent: 0, budget: 0, seen: [0, 0], ahead: false },
  { spent: -3, budget: 15, seen: [0, 21], ahead: true },
  { spent: 0.000002, budget: 0.00001, seen: [10, 21], ahead: true },
  { spent: 4_000_000, budget: 0.5, seen: [10, 21], ahead: true },
];

function chartOf({ spent, budget }: Extreme): string {
  const state = sampleState({ current_month: "2026-01", total_spent: nanoOf(spent), daily: {} });
  const day = { spent: nanoOf(budget), executions: 1, prs: 0 };
  const daily = Object.fromEntries(["2026-01-01", "2026-01-02", "2026-01-03"].map((key) => [key, day]));
  const ahead = monthOutlook({ ...state, daily, history: [] }, "2026-01-10T12:00:00Z", nanoOf(budget));
  return renderChart({ state, total: nanoOf(budget), today: "2026-01-10", ahead });
}

async function drawn(markdown: string): Promise<DrawnChart[]> {
  const browser = await startChromium(path ?? "");
  try {
    return await showOnGithub(await browser.newPage(), markdown);
  } finally {
    await browser.close();
  }
}
