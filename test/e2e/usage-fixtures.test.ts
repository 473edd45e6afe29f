import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Folder } from "./folder-world.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/usage/", import.meta.url));
/** A day whose prices are known: lists change. */
const DAY = "2026-11-22T12:00:00Z";

type Worked = [file: string, worked: string, total: string, args?: readonly string[]];

/**
 * Every fixture with the dollars it costs, worked out by hand from its tokens and the providers' price lists: tokens ×
 * USD per million, in the order uncached input, read from cache, written to cache (5 minutes, 1 hour), output; `#` for
 * web searches × USD per 1,000; `$` for what the tool or its provider says. A third of a row is what is unknown.
 */
const WORKED: readonly Worked[] = [
  ["aider/analytics.jsonl", "4213*3 + 801*15 + $0.001", "0.025654"],
  ["aider/chat-history.md", "950*0.15 + 40*0.6", "0.0001665"],
  ["aider/printed.txt", "3100*3 + 1100*0.3 + 800*15 + 500*3 + 9000*0.3 + 2500*3.75 + 1300*15", "0.054705"],
  ["anthropic/body.json", "120*3 + 8000*0.3 + 1000*3.75 + 2000*6 + 450*15 + 2#10", "0.04526"],
  ["anthropic/compaction.json", "50700*5 + 900*25 + 1#10 + 1000*1 + 40*5", "0.2872"],
  // Six times as much in fast mode, and a tenth more in one country.
  ["anthropic/fast.json", "300*33 + 2000*3.3 + 40*165", "0.0231"],
  // One of the two is of a batch, at half the price.
  ["anthropic/several.ndjson", "1000*1 + 100*5 + 2000*0.5 + 200*2.5", "0.003"],
  // Of a message that Bedrock served in one region: a tenth dearer than Anthropic itself.
  ["anthropic/stream.sse", "6*2.2 + 6000*0.22 + 200*2.75 + 3000*4.4 + 200*11", "0.0172832"],
  ["bedrock/converse-stream.ndjson", "20*0.8 + 5*4", "0.000036"],
  [
    "bedrock/converse.json",
    "4*3.3 + 1500*0.33 + 400*4.125 + 600*6.6 + 800*16.5",
    "0.0193182",
    ["--model", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
  ],
  ["bedrock/several.ndjson", "3000*0.8 + 30*3.2", "0.002496"],
  ["claude-code/cost-only.json", "$0.0347", "0.0347"],
  ["claude-code/execution-file.json", "20*3 + 8000*0.3 + 8400*3.75 + 1066*15", "0.04995"],
  // In fast mode Opus 4.8 costs twice as much; the other model wasn't fast.
  ["claude-code/fast-mode.json", "1000*10 + 20000*1 + 4000*12.5 + 400*50 + 500*1 + 100*5", "0.101"],
  ["claude-code/fast-mode-without-price.json", "$0.0321", "0.0321"],
  // Only the main loop's usage tells that all of it was written for an hour.
  ["claude-code/hour-cache.json", "50*2 + 20000*0.2 + 6000*4 + 300*10", "0.0311"],
  ["claude-code/inference-profile.json", "200*1 + 60*5", "0.0005"],
  // Above 200,000 tokens a request has another price.
  ["claude-code/long-requests.ndjson", "100*3 + 49900*0.3 + 200*15 + 240000*0.6 + 10000*7.5 + 800*22.5", "0.25527"],
  ["claude-code/odd-model.json", "100*5 + 50*25 + $0.02", "0.02175"],
  ["claude-code/json-run.json", "100*2 + 30000*0.2 + 2000*2.5 + 50*10", "0.0117"],
  ["claude-code/json-resume.json", "200*2 + 60000*0.2 + 4000*2.5 + 100*10", "0.0234"],
  ["claude-code/json-second-resume.json", "300*2 + 90000*0.2 + 6000*2.5 + 150*10", "0.0351"],
  ["claude-code/max-budget.json", "100*2 + 30000*0.2 + 2000*2.5 + 50*10", "0.0117"],
  ["claude-code/several-turns.ndjson", "200*2 + 60000*0.2 + 4000*2.5 + 100*10", "0.0234"],
  ["claude-code/stream.ndjson", "100*5 + 30000*0.5 + 2000*6.25 + 50*25", "0.02925"],
  ["claude-code/unknown-model.json", "$0.0174", "0.0174"],
  ["claude-code/without-model-usage.ndjson", "100*5 + 30000*0.5 + 2000*6.25 + 50*25", "0.02925"],
  ["codex/exec.jsonl", "1100*1.25 + 400*0.125 + 11*10", "0.001535", ["--model", "gpt-5-codex"]],
  ["codex/exec-resume.jsonl", "3200*1.25 + 800*0.125 + 23*10", "0.00433", ["--model", "gpt-5-codex"]],
  ["codex/exec-second-resume.jsonl", "6300*1.25 + 1200*0.125 + 36*10", "0.008385", ["--model", "gpt-5-codex"]],
  // Four requests, one of them a compaction's, which is in no count.
  ["codex/rollout-compaction.jsonl", "23000*1.75 + 33000*0.175 + 1400*14", "0.065625"],
  ["codex/rollout-fork.jsonl", "3200*1.75 + 800*0.175 + 23*14", "0.006062"],
  // Two of three requests are beyond 272,000 tokens: dearer.
  ["codex/rollout-long.jsonl", "360100*10 + 200000*1 + 900*45 + 10000*5 + 80000*0.5 + 300*30", "3.9405"],
  ["codex/rollout-odd-count.jsonl", "5500*1.75 + 1500*0.175 + 50*14", "0.0105875"],
  ["codex/rollout-records-only.jsonl", "3000*1.75 + 8000*0.175 + 300*14", "0.01085"],
  ["codex/rollout-subagent.jsonl", "3200*1.75 + 800*0.175 + 23*14", "0.006062"],
  // The second turn had priority: two and a half times the price.
  ["codex/rollout-tiers.jsonl", "6000*5 + 4000*0.5 + 200*30 + 10000*12.5 + 10000*1.25 + 300*75", "0.198"],
  ["codex/rollout-updated.jsonl", "16000*1.75 + 13000*0.175 + 420*14", "0.036155"],
  // What GitHub bills by the unit is what is charged; the list price elsewhere.
  ["copilot-cli/events.jsonl", "$0.0265575 + 2000*1.75 + 1000*0.175 + 100*14", "0.0316325"],
  ["copilot-cli/odd-model.jsonl", "1500*1.75 + 500*0.175 + 100*14 + $0.003", "0.0071125"],
  ["copilot-cli/printed.jsonl", "2180*1.75 + 1920*0.175 + 120*14", "0.005831"],
  ["copilot-cli/printed-bill.jsonl", "$0.025", "0.025"],
  // One of three requests is beyond 272,000 tokens: dearer.
  ["copilot-cli/requests.jsonl", "180000*10 + 100000*1 + 500*45 + 11000*5 + 80000*0.5 + 320*30", "2.0271"],
  ["copilot-cli/resumed.jsonl", "$0.0298725 + 2000*1.75 + 1000*0.175 + 100*14", "0.0349475"],
  ["copilot-cli/running-total.jsonl", "$0.0175 + 2000*1.75 + 50*14", "0.0217"],
  ["copilot-cli/session-bill.jsonl", "$0.03 + $0.01", "0.04"],
  ["cursor-cli/result.json", "12000*3 + 80000*0.3 + 500*3.75 + 900*15", "0.075375", ["--model", "claude-sonnet-4-5"]],
  ["cursor-cli/stream.ndjson", "300*3 + 9000*0.3 + 20*15", "0.0039"],
  // 500 of the tokens are audio, at a price of their own.
  ["gemini-api/body.json", "800*0.3 + 500*1 + 4000*0.03 + 300*2.5", "0.00161"],
  // Distinct queries before an answer of Gemini 3, one prompt before that, and a prompt on the map.
  [
    "gemini-api/grounded.ndjson",
    "400*0.5 + 60*3 + 2#14 + 200*0.3 + 30*2.5 + 1#35 + 1#25 + 100*0.5 + 10*3 + 3#14",
    "0.130595",
  ],
  // With priority 1.8 times as much, as listed, and half of it.
  ["gemini-api/traffic.ndjson", "1000*2.25 + 100*18 + 1000*1.25 + 100*10 + 1000*0.625 + 100*5", "0.007425"],
  ["gemini-api/python-dump.json", "100*1.25 + 20*10", "0.000325"],
  ["gemini-api/stream-array.json", "30*1.25 + 9*10", "0.0001275"],
  ["gemini-api/stream.sse", "10*2 + 86*12", "0.001052"],
  ["gemini-cli/output.json", "3000*1.25 + 21000*0.125 + 170*10 + 8030*0.3 + 40*2.5", "0.010584"],
  ["gemini-cli/stdout.log", "3000*1.25 + 21000*0.125 + 170*10 + 8030*0.3 + 40*2.5", "0.010584"],
  ["gemini-cli/stream-without-models.jsonl", "700*1.25 + 300*0.125 + 70*10", "0.0016125"],
  ["gemini-cli/stream.jsonl", "700*1.25 + 300*0.125 + 70*10", "0.0016125"],
  // One of GitHub's credits is a cent, which is what it bills.
  ["gh-aw/agent_usage.json", "$0.012755", "0.012755"],
  ["gh-aw/token-usage.jsonl", "$0.01193 + $0.150025 + $0.000825", "0.16278"],
  ["gh-aw/without-credits.jsonl", "50*2.5 + 80*10", "0.000925"],
  ["grok-cli/result.json", "$0.0127", "0.0127"],
  ["grok-cli/steps.ndjson", "$0.002", "0.002"],
  ["grok-cli/stream.ndjson", "300*2 + 32000*0.3 + 100*6", "0.0108"],
  ["langchain/callback.json", "800*0.15 + 100*0.6 + 150*1 + 50*0.1 + 10*5", "0.000385"],
  ["langchain/chunks.ndjson", "30*1 + 6*5", "0.00006"],
  ["langchain/message.json", "144*0.25 + 256*0.025 + 90*2", "0.0002224"],
  ["langchain/priority.json", "1000*3.5 + 500*0.35 + 80*28", "0.005915"],
  [
    "langchain/tiers-summed.json",
    "1000*3.5 + 500*0.35 + 100*28 + 800*0.875 + 100*7 + 1500*1.75 + 200*0.175 + 100*14",
    "0.011935",
  ],
  ["langchain/state.json", "2100*1 + 5000*0.1 + 1000*1.25 + 2000*2 + 24*5", "0.00797"],
  ["openai/azure-stream.sse", "11*2.5 + 7*10", "0.0000975"],
  ["openai/chat-stream.sse", "2500*0.15 + 4000*0.6", "0.002775"],
  ["openai/chat.json", "976*0.25 + 1024*0.025 + 500*2", "0.0012696"],
  ["openai/deepseek.json", "360*0.27 + 640*0.07 + 20*1.1", "0.000164"],
  ["openai/embeddings.json", "12*0.02", "0.00000024"],
  ["openai/mistral.json", "30*2 + 6*6", "0.000096"],
  ["openai/openrouter-own-key.json", "$0.0042", "0.0042"],
  ["openai/openrouter.json", "$0.0031", "0.0031"],
  ["openai/responses-stream.sse", "150000*1.75 + 80*14", "0.26362"],
  // Served with priority, which costs twice as much but for the search.
  ["openai/responses.json", "4904*3.5 + 4096*0.35 + 700*28 + 1#10", "0.0481976"],
  // At one in the morning (UTC) it costs twice what it does at five.
  ["openai/deepseek-by-hour.ndjson", "1000*1.32 + 100*3.96 + 1000*0.66 + 100*1.98", "0.002574"],
  ["openai/odd.ndjson", "1000*0.15 + 10*0.6 + $0.002", "0.002156"],
  ["openai/tools.json", "800*2 + 100*8 + 1#25 + 2#2.5", "0.0324"],
  ["openai/xai-live-search.json", "100*0.2 + 10*0.5 + 3#25", "0.075025"],
  ["openai/several.ndjson", "3000*0.15 + 30*0.6", "0.000468"],
  ["openai/xai.json", "$0.00485", "0.00485"],
  ["opencode/free.jsonl", "700*0.25 + 300*0.025 + 70*2", "0.0003225", ["--model", "gpt-5-mini"]],
  ["opencode/odd-step.jsonl", "$0.03225 + $0.0045", "0.03675"],
  ["opencode/run.jsonl", "$0.03675", "0.03675"],
  ["opentelemetry/agent.ndjson", "2700*2 + 120*8", "0.00636"],
  ["opentelemetry/ai-sdk.ndjson", "500*1.75 + 2500*0.175 + 200*14 + 4000*1 + 1000*0.1 + 2000*1.25 + 60*5", "0.0110125"],
  ["opentelemetry/attributes.ndjson", "40*0.3 + 9*2.5", "0.0000345"],
  ["opentelemetry/openinference.ndjson", "260*2 + 640*0.5 + 70*8 + 200*1 + 1000*0.1 + 300*1.25 + 30*5", "0.002225"],
  ["opentelemetry/otlp.json", "1800*3.3 + 1000*0.33 + 500*4.125 + 210*16.5", "0.0117975"],
  ["opentelemetry/spans.ndjson", "100*0.25 + 20*2", "0.000065"],
  ["qwen-code/output.json", "3000*0.25 + 6000*0.025 + 300*2 + 1000*0.3 + 100*2.5", "0.00205"],
  ["qwen-code/stream.jsonl", "3000*0.25 + 6000*0.025 + 300*2", "0.0015"],
  ["qwen-code/stream-resumed.jsonl", "4000*0.25 + 11000*0.025 + 350*2", "0.001975"],
  ["vercel-ai-sdk/full-stream.ndjson", "$0.0000275", "0.0000275"],
  ["vercel-ai-sdk/result.json", "400*3 + 1500*0.3 + 300*3.75 + 130*15", "0.004725"],
  ["vercel-ai-sdk/anthropic-fast.json", "100*11 + 5000*1.1 + 2000*22 + 100*55 + 1#10", "0.0661"],
  ["vercel-ai-sdk/tools.json", "1000*0.45 + 100*3.6 + 1#10 + 1#2.5", "0.01331"],
  ["vercel-ai-sdk/usage-only.json", "388*0.25 + 512*0.025 + 245*2", "0.0005998", ["--model", "gpt-5-mini"]],
  ["vercel-ai-sdk/version-4.json", "500*0.15 + 20*0.6", "0.000087"],
  ["vercel-ai-sdk/version-5-claude.json", "10*5 + 4000*0.5 + 700*6.25 + 50*25", "0.007675"],
];

/** Fixtures that leave something unknown, with the part that is known. */
const UNKNOWN: readonly (readonly [file: string, worked: string, said: RegExp])[] = [
  ["aider/interrupted.jsonl", "$0.024654", /interrupted/],
  ["anthropic/cut-stream.ndjson", "1500*1 + 1*5", /broke off/],
  ["anthropic/odd.ndjson", "1500*1 + 120*5", /makes no sense and has no cost/],
  ["anthropic/reserved.json", "1000*1 + 100*5", /No price is known for the service tier priority of claude-haiku-4-5/],
  ["bedrock/tiers.ndjson", "3000*0.8 + 30*3.2", /No price is known for the service tier optimized of us\.amazon\.nova/],
  ["bedrock/cut-stream.ndjson", "0*0", /broke off/],
  ["claude-code/interrupted-no-result.ndjson", "100*5 + 30000*0.5 + 2000*6.25 + 50*25", /interrupted/],
  ["claude-code/interrupted-zero-result.ndjson", "100*5 + 30000*0.5 + 2000*6.25 + 50*25", /interrupted/],
  ["claude-code/odd-model-without-cost.json", "100*5 + 50*25", /makes no sense and has no cost/],
  ["codex/exec-failed.jsonl", "0*0", /interrupted, or failed/],
  ["codex/plain.stderr.txt", "0*0", /4,114 tokens/],
  ["codex/rollout-aborted.jsonl", "1100*1.75 + 400*0.175 + 11*14", /interrupted/],
  ["codex/rollout-odd-record.jsonl", "2000*1.75 + 1000*0.175 + 30*14", /output_tokens is 1\.5/],
  ["codex/rollout.jsonl", "3200*1.75 + 800*0.175 + 23*14", /No price is known for gpt-5\.3-codex-mini/],
  ["copilot-cli/interrupted.jsonl", "0*0", /interrupted/],
  ["cursor-cli/interrupted.ndjson", "0*0", /interrupted/],
  ["cursor-cli/old-result.json", "0*0", /reports no tokens/],
  ["gemini-api/cut-stream.sse", "10*2 + 50*12", /broke off/],
  ["gemini-api/provisioned.json", "1000*1.25 + 100*10", /No price is known for the service tier provisioned/],
  ["gemini-cli/no-models.json", "0*0", /interrupted, or failed/],
  ["gemini-cli/stream-interrupted.jsonl", "0*0", /interrupted, or failed/],
  ["grok-cli/interrupted.ndjson", "0*0", /interrupted/],
  ["openai/chat-stream-without-usage.sse", "0*0", /stream_options/],
  ["openai/code.json", "400*0.25 + 50*2", /No price is known for code session of gpt-5-mini/],
  ["openai/unknown-tier.json", "1000*0.15 + 10*0.6", /No price is known for the service tier flex of gpt-4o-mini/],
  ["opencode/interrupted.jsonl", "$0.03225", /interrupted/],
  ["opentelemetry/odd-span.ndjson", "1200*2 + 80*8 + $0.002", /makes no sense and has no cost/],
  ["qwen-code/interrupted.jsonl", "3000*0.25 + 6000*0.025 + 300*2", /interrupted/],
  ["vercel-ai-sdk/interrupted.ndjson", "$0.0000275", /broke off/],
];

const NANO = 1_000_000_000;

/** What the terms add up to, in whole nano-dollars. */
function nanoWorked(worked: string): number {
  return worked.split(" + ").reduce((sum, term) => {
    if (term.startsWith("$")) return sum + Math.round(Number(term.slice(1)) * NANO);
    const [count = 0, price = 0] = term.split(/[*#]/).map(Number);
    return sum + Math.round(count * price * (term.includes("#") ? 1_000_000 : 1_000));
  }, 0);
}

const folder = new Folder({ clock: DAY, inProcess: true });

describe("token-budget usage", () => {
  it.each(WORKED)("prices %s at %s: $%s", async (...[file, worked, total, args = []]: Worked) => {
    expect(nanoWorked(worked)).toBe(Math.round(Number(total) * NANO));
    const said = await folder.json("usage", `${FIXTURES}${file}`, ...args);
    expect(said).toMatchObject({ cost: Number(total), total: Number(total), failed: false });
    const lines = said.lines ?? [];
    expect(lines.reduce((sum, { cost }) => sum + Math.round((cost ?? 0) * NANO), 0)).toBe(nanoWorked(worked));
    expect(said.message).toContain(`Total: $${total}`);
  });

  it.each(UNKNOWN)("knows of %s only %s, and never says it is free", async (file, worked, reason) => {
    const said = await folder.json("usage", `${FIXTURES}${file}`);
    expect(said).toMatchObject({ costQuality: "estimated", failed: false });
    expect(said).not.toHaveProperty("cost");
    expect(Math.round((said.total ?? 0) * NANO)).toBe(nanoWorked(worked));
    expect(said.message).toMatch(/estimate/);
    expect(said.notes.map(({ text }) => text).join("\n")).toMatch(reason);
  });

  it("is tried on every fixture there is", () => {
    const all = readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(FIXTURES.length).replace(/^\//, ""));
    expect([...WORKED, ...UNKNOWN].map(([file]) => file).sort()).toEqual(all.sort());
  });

  it("writes nothing", () => {
    expect(folder.files()).toEqual([]);
  });
});
