import { afterAll, describe, expect, it } from "vitest";
import type { MeterFigures } from "../../src/meter/figures.ts";
import { listChargeOf } from "../../src/pricing/charge.ts";
import { unitPricesOf } from "../../src/pricing/prices.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import { sum, usdOf, ZERO } from "../../src/values/money.ts";
import { startTestMeter } from "../meter/support/meter.ts";
import { AGENTS, type Agent, type Base, CLAUDE_CODE, claudeCodeAtHome, isInstalled, SCRIPTS } from "./agents.ts";
import { type Passed, startFront } from "./front.ts";
import { underName } from "./named-host.ts";
import { type Providers, SUBAGENT_PROMPT, startProviders } from "./providers.ts";
import { type AgentRun, runAgent } from "./run-agent.ts";

const WORDS = ["anthropic", "openai", "gemini", "code-assist", "copilot-provider"] as const;
const LEAST = 1;

/** What a run was in dollars, for the table at the end. */
const rows: Record<string, string | number>[] = [];

type Metered = {
  readonly run: AgentRun;
  readonly figures: MeterFigures;
  readonly providers: Providers;
  /** What was asked of the meter. */
  readonly passed: readonly Passed[];
};

/** Claude Code with a provider that has its own name. */
async function claudeAtHome(): Promise<{ run: AgentRun; providers: Providers }> {
  const providers = await startProviders();
  const host = await underName("api.anthropic.com", providers);
  try {
    return { run: await runAgent(claudeCodeAtHome(host.proxy, host.authority), () => ""), providers };
  } finally {
    await host.stop();
    await providers.stop();
  }
}

async function metered(
  agent: Agent,
  cap: number | null = null,
  models: Parameters<typeof startTestMeter>[0]["models"] = null,
): Promise<Metered> {
  const providers = await startProviders();
  const { origin } = providers;
  const forward = Object.fromEntries(WORDS.map((word) => [word, `${origin}/${word}`]));
  const meter = await startTestMeter({ origin, forward, cap, models, overrun: "stop" });
  const front = await startFront(meter.base);
  try {
    const base: Base = (path) => `${front.base}/${path}`;
    const run = await runAgent(agent, base);
    return { run, figures: meter.meter.figures(), providers, passed: front.passed };
  } finally {
    await front.stop();
    await meter.stop();
    await providers.stop();
  }
}

/** What its own figures cost at list price, in dollars. */
async function ownCost({ usage }: AgentRun, { model = "" }: Agent): Promise<number> {
  const lines = usage.flatMap((text) => readUsage(text).lines);
  const charges = await Promise.all(
    lines.map(async (line) => {
      const priced = await unitPricesOf({ ...line, model: line.model || model }, "2026-11-29T12:00:00Z", {});
      return listChargeOf(priced)?.cost ?? ZERO;
    }),
  );
  return usdOf(sum(charges));
}

/** A text without what is different in every run: ids, the home, a hash of the request. */
function withoutIds(text: string, home: string): string {
  return text
    .replaceAll(home, "HOME")
    .replaceAll(home.replace(/[/.]/g, "-"), "HOME")
    .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, "UUID")
    .replace(/[0-9a-f]{64}/g, "HASH")
    .replace(/cch=[0-9a-f]+/g, "cch=HASH");
}

describe.each(AGENTS.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
  it.skipIf(!isInstalled(agent))("costs through the meter what its own figures say", async () => {
    const { run, figures, providers } = await metered(agent);
    expect({ code: run.exitCode, err: run.exitCode === 0 ? "" : run.stderr.slice(-2_000) }).toEqual({
      code: 0,
      err: "",
    });
    const asked = providers.asked();
    expect(asked.length).toBeGreaterThan(0);
    expect(figures).toMatchObject({ requests: asked.length, estimated: 0, unpriced: 0, unknown: 0, unread: 0 });
    const own = await ownCost(run, agent);
    rows.push({
      agent: name,
      requests: asked.length,
      metered: figures.cost,
      own,
      by: Object.keys(figures.by).join(", "),
    });
    expect(own).toBeGreaterThan(0);
    if (agent.leavesOut === undefined) expect(figures.cost).toBeCloseTo(own, 9);
    else expect(figures.cost).toBeGreaterThan(own);
  });

  it.skipIf(!isInstalled(agent))("ends at once when it is refused", async () => {
    const { run, figures, providers } = await metered(agent, LEAST);
    const refused = Object.values(figures.refused).reduce((sum, count) => sum + count, 0);
    rows.push({ agent: name, refused, "exit code": String(run.exitCode), seconds: Math.round(run.seconds) });
    expect(providers.asked()).toHaveLength(0);
    expect(refused).toBeGreaterThanOrEqual(1);
    expect(refused).toBeLessThanOrEqual(2);
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout + run.stderr).toContain("token-budget");
  });
});

describe.each(SCRIPTS.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
  /** What differs from one answer to the next. */
  const plain = (text: string) => text.replace(/\b\d+-\d+\b/g, "ID");

  it("gets what it gets without the meter, and is metered exactly", async () => {
    const providers = await startProviders();
    const without = await runAgent(agent, (path) => `${providers.origin}/${path}`);
    await providers.stop();
    const { run, figures } = await metered(agent);
    rows.push({ agent: name, metered: figures.cost });
    expect(without).toMatchObject({ exitCode: 0 });
    expect(plain(run.stdout)).toBe(plain(without.stdout));
    expect(figures).toMatchObject({ requests: 1, estimated: 0, unpriced: 0 });
    expect(figures.cost).toBeGreaterThan(0);
  });

  it("ends at once when it is refused", async () => {
    const { run, figures } = await metered(agent, LEAST);
    const refused = Object.values(figures.refused).reduce((sum, count) => sum + count, 0);
    rows.push({ agent: name, refused, "exit code": String(run.exitCode), seconds: Math.round(run.seconds) });
    expect(refused).toBe(1);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("token-budget");
  });
});

describe("Claude Code behind the meter", () => {
  // Decided by its feature flags, which it asks its provider for; the stand-in has none.
  const MISSING = "mid-conversation-system-clear-at-2026-08-21";

  it.skipIf(!isInstalled(CLAUDE_CODE))("asks what it asks without it, but for ids", async () => {
    const without = await claudeAtHome();
    const behind = await metered(CLAUDE_CODE);
    const bodies = (providers: Providers, home: string) => providers.asked().map(({ body }) => withoutIds(body, home));
    expect(without.providers.asked()).toHaveLength(1);
    expect(bodies(behind.providers, behind.run.home)).toEqual(bodies(without.providers, without.run.home));
    const betas = ({ providers }: { providers: Providers }) => providers.asked()[0]?.headers["anthropic-beta"];
    expect(betas(behind)).toBe(String(betas(without)).replace(`${MISSING},`, ""));
  });

  it.skipIf(!isInstalled(CLAUDE_CODE))("says what of it spends", async () => {
    const args = () => ["-p", SUBAGENT_PROMPT, "--output-format", "json", "--allowedTools", "Agent,Task"];
    const { run, figures, providers } = await metered({ ...CLAUDE_CODE, args });
    expect(run.exitCode).toBe(0);
    expect(figures.requests).toBe(providers.asked().length);
    expect(figures.by["main"]).toBeGreaterThan(0);
    expect(figures.by["subagent"]).toBeGreaterThan(0);
    const own = await ownCost(run, CLAUDE_CODE);
    rows.push({
      agent: "Claude Code, with a subagent",
      requests: figures.requests,
      metered: figures.cost,
      own,
      ...figures.by,
    });
    expect(figures.cost).toBeCloseTo(own, 9);
  });
});

describe("Claude Code in the middle of its work", () => {
  it.skipIf(!isInstalled(CLAUDE_CODE))("ends when it is refused", async () => {
    const args = () => ["-p", SUBAGENT_PROMPT, "--output-format", "json", "--allowedTools", "Agent,Task"];
    // One request costs $0.00318.
    const { run, figures, providers, passed } = await metered({ ...CLAUDE_CODE, args }, 3_200_000);
    const refused = passed.filter(({ status }) => status !== 200);
    const parts = refused.map(({ part }) => part);
    rows.push({ agent: "Claude Code, in the middle", refused: parts.join(), spent: figures.cost });
    expect(providers.asked()).toHaveLength(1);
    expect(figures.cost).toBe(0.00318);
    // Its own next request; the subagent's, which was on its way; and its own again, told that the subagent failed.
    expect(parts.filter((part) => part === "main").length).toBeLessThanOrEqual(2);
    expect(parts.filter((part) => part === "subagent").length).toBeLessThanOrEqual(1);
    expect(refused.map(({ tries }) => tries)).toEqual(parts.map(() => 0));
    expect(run.exitCode).not.toBe(0);
  });

  it.skipIf(!isInstalled(CLAUDE_CODE))("ends at once when its model isn't allowed", async () => {
    const models = { allowed: ["gpt-5-nano"], useInstead: "gpt-5-nano" };
    const { run, providers, passed } = await metered(CLAUDE_CODE, null, models);
    rows.push({ agent: "Claude Code, another model", refused: passed.length });
    expect(providers.asked()).toHaveLength(0);
    expect(passed).toHaveLength(1);
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout).toContain("Use gpt-5-nano.");
  });
});

afterAll(() => {
  process.stdout.write(`\n${JSON.stringify(rows, null, 1)}\n`);
});
