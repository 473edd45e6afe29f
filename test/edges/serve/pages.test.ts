import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useCommandWorld } from "../../commands/command-world.ts";
import { patient } from "../../support/pace/pace.ts";
import { chromiumPath, startChromium } from "../../support/page/chromium.ts";
import { SERVE_TOKEN, useServers } from "./running.ts";

/** For what comes about by itself. */
const POLLING = { timeout: patient(20_000) };

const path = chromiumPath();
const world = useCommandWorld();
const serve = useServers();
let browser: Browser;

beforeAll(async () => {
  if (path !== undefined) browser = await startChromium(path);
});

beforeEach(async ({ skip }) => {
  skip(path === undefined, "there is no Chromium here; CHROME_PATH names one");
  world.policy("budgets:\n  - { name: Web & shop, match: { team: web }, limit: 4 USD }\n");
  await world.run("record", { cost: "1.5", tags: "team=web", profile: "nightly" });
});

afterAll(() => browser?.close());

/** A page of the server, and what went wrong on it. */
async function opened(url: string, httpCredentials?: { username: string; password: string }) {
  const context = await browser.newContext({ ...(httpCredentials !== undefined && { httpCredentials }) });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("requestfailed", (request) => wrong.push(request.url()));
  await page.goto(url);
  return { context, page, wrong };
}

describe("the dashboard of a server, in a browser", () => {
  it("shows the books as they are at each look, and its links lead on", async () => {
    const server = await serve(world.store);
    const { context, page, wrong } = await opened(server.url);
    expect(await page.textContent(".lead")).toContain("$1.50 of $15.00 spent");
    await world.run("record", { cost: "2", tags: "team=web", profile: "nightly" });
    await page.reload();
    expect(await page.textContent(".lead")).toContain("$3.50 of $15.00 spent");
    await page.click("text=Web & shop");
    expect(await page.textContent("h1")).toBe("Web & shop");
    await page.click("text=Runs");
    await page.fill("#runs-q", "nightly");
    await expect.poll(() => page.textContent("#runs-sum"), POLLING).toContain("$3.50");
    await page.click("footer >> text=api/index.json");
    expect(JSON.parse((await page.textContent("body")) ?? "").addresses.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
    await context.close();
  });

  it("asks for the token as a login", async () => {
    const server = await serve(world.store, { env: { TOKEN_BUDGET_SERVE_TOKEN: SERVE_TOKEN } });
    const { context, page } = await opened(server.url, { username: "me", password: SERVE_TOKEN });
    expect(await page.textContent(".lead")).toContain("$1.50 of $15.00 spent");
    await context.close();
  });

  it("is shown inside no other page", async () => {
    const server = await serve(world.store);
    const { context, page } = await opened("about:blank");
    await page.setContent(`<iframe src="${server.url}"></iframe>`);
    await expect.poll(() => page.frames().length, POLLING).toBe(2);
    await page.frames()[1]?.waitForLoadState();
    expect((await page.frames()[1]?.content()) ?? "").not.toContain("spent");
    await context.close();
  });
});
