import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isMeteredOf } from "../../src/edges/machine/metered-answers.ts";
import { appendRecord, hashedId, recordedIds } from "../../src/meter/record.ts";
import { usageLine } from "../../src/usage/usage.ts";

it("a record tells which answers it has by hashes of their ids, and of which models it has others", () => {
  const folder = mkdtempSync(join(tmpdir(), "meter-record-"));
  const path = join(folder, "record.jsonl");
  const line = (model: string) => usageLine({ provider: "anthropic", model, input: 10, output: 1, requests: 1 });
  const about = { estimated: false, agentPart: undefined };
  const ids = [hashedId("salt", "msg_1")];
  appendRecord(path, { ...about, ids, lines: [line("claude-sonnet-4-5"), line("claude-haiku-4-5")] });
  appendRecord(path, { ...about, ids: [], lines: [line("claude-opus-4-5")] });
  appendFileSync(path, '{"token_budget_usage":1,"usage":[{"id":"cut');
  const text = readFileSync(path, "utf8");
  rmSync(folder, { recursive: true });
  expect(text).not.toContain("msg_1");
  const found = recordedIds(text);
  expect(found.nameless).toEqual([{ provider: "anthropic", model: "claude-opus-4-5" }]);
  const isMetered = isMeteredOf({ salt: "salt", ids: found.ids });
  expect([isMetered("msg_1"), isMetered("msg_2"), isMetered(ids[0] ?? "")]).toEqual([true, false, false]);
});
