import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { VERSION_1_TEXT } from "../support/version-1-books.ts";
import { BY_HAND, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const RANGES = ["forecast", "forecast-low", "forecast-high", "exhaustion-chance"] as const;
const FORMER = "test/fixtures/books/0.1.0";

/** Books of which less is known than of books that have been kept for weeks, on a day of February. */
const BOOKS: Readonly<Record<string, () => void>> = {
  "no books": () => world.at("2026-02-14T12:00:00Z"),
  "books of 0.1.0": () => {
    world.at("2026-02-02T12:00:00Z");
    const lines = readFileSync(`${FORMER}/ledger.ndjson`, "utf8").trimEnd().split("\n");
    world.store.put({ state: readFileSync(`${FORMER}/state-9.json`, "utf8"), lines });
  },
  "a month of 1.0 that isn't imported yet": () => {
    world.at("2026-02-14T12:00:00Z");
    world.store.legacy = { path: "token_budget.json", branch: "main", state: decodeState(VERSION_1_TEXT) };
  },
  "an imported month": () => {
    world.at("2026-02-14T12:00:00Z");
    world.store.put({ state: VERSION_1_TEXT, lines: [] });
  },
};

describe.each(Object.entries(BOOKS))("of %s", (name, begin) => {
  it("status knows no range, no chance, no usual day and no score, and shows none", async () => {
    begin();
    const { json, screen, outputs } = await world.run("status");
    const { today, forecast, alerts, paused } = JSON.parse(json);
    expect(today).toMatchObject({ expected: null, upper: null, severity: null });
    expect(forecast).toMatchObject({ exhaustionChance: null, score: null, goneOnEarliest: null });
    for (const span of Object.values(forecast.spans)) {
      expect(span).toMatchObject({ likely50: null, likely80: null, likely95: null });
    }
    expect([alerts, paused]).toEqual([[], null]);
    const points = [forecast.monthEndSpent, forecast.quarterSpent, forecast.yearSpent];
    for (const { point } of Object.values(forecast.spans) as { readonly point: number | null }[]) points.push(point);
    expect(points.map((point) => point === null)).toEqual(points.map(() => name === "no books"));
    expect(RANGES.filter((key) => key in outputs)).toEqual([]);
    expect(screen).not.toMatch(/likely|within 15%|\$0\.00 by the month's end/);
  });

  it("a check says no range in its summary, and nothing is raised", async () => {
    begin();
    const { summary, outputs } = await world.run("check", { estimate: "0.01" });
    expect(outputs["allowed"]).toBe("true");
    expect(RANGES.filter((key) => key in outputs)).toEqual([]);
    expect(summary).not.toMatch(/likely|\$0\.00 by the month&#39;s end/);
    expect(world.books().state).not.toHaveProperty("alerts");
    expect(world.store.pages.at(-1)).not.toMatch(/likely|&#36;0\.00 by the month/);
  });

  it("nothing says that nothing was spent where there are no books", async () => {
    begin();
    const all = [
      await world.run("alerts"),
      await world.run("alerts", { since: "2026-01-01" }),
      await world.run("recap", { month: "2026-02" }),
      await world.run("recap", { period: "2026-Q1" }),
      await world.run("recap", { period: "2026-Q1", post: "true" }),
      await world.run("recap"),
    ];
    const begins = "No books yet in ";
    for (const { failure, outputs } of all) {
      expect(failure).toBeNull();
      expect(outputs["message"]?.startsWith(begins)).toBe(name === "no books");
    }
    if (name === "no books") expect([world.titles(), world.store.state]).toEqual([[], null]);
  });

  it("alerts lists none, and knows no share that was acknowledged in time", async () => {
    begin();
    const { json, outputs } = await world.run("alerts");
    expect(outputs["message"]).toEqual(
      name === "no books" ? expect.stringContaining("No books yet") : "No alert is open.",
    );
    expect(JSON.parse(json)).toMatchObject({ alerts: [], acknowledgedInTime: null });
  });

  it("a recap of a day before the books began has no figures, and neither has one that is posted", async () => {
    begin();
    const period = name === "books of 0.1.0" ? "2025-12-24" : "yesterday";
    for (const post of ["false", "true"]) {
      const result = await world.run("recap", { period, post });
      const text = `${result.outputs["message"]}\n${said(result)}`;
      expect(text).toMatch(/^The books have nothing of|^No books yet|was imported without its days/);
    }
    expect(world.titles().filter((title) => title?.includes("Daily"))).toEqual([]);
  });

  it("what ends a pause that isn't on says so", async () => {
    begin();
    world.roles.set("maintainer", "maintain");
    const { outputs } = await world.run("resume", {}, BY_HAND);
    expect(outputs["message"]).toMatch(/^Nothing is paused/);
  });
});
