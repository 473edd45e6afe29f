import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isMeteredOf } from "../../src/edges/machine/metered-answers.ts";
import { hashedId, recordedIds } from "../../src/meter/record.ts";
import { createRecordFile } from "../../src/meter/record-file.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import { usageLine } from "../../src/usage/usage.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meter-record-"));
  path = join(folder, "record.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (model: string) => usageLine({ provider: "anthropic", model, input: 10, output: 1, requests: 1 });
const answer = (model: string) => ({ estimated: false, agentPart: undefined, ids: [], lines: [line(model)] });
const models = () => readUsage(readFileSync(path, "utf8")).lines.map(({ model }) => model);

it("a record tells which answers it has by hashes of their ids, and of which models it has others", () => {
  const ids = [hashedId("salt", "msg_1")];
  const record = createRecordFile(path);
  record.append({ ...answer(""), ids, lines: [line("claude-sonnet-4-5"), line("claude-haiku-4-5")] });
  record.append(answer("claude-opus-4-5"));
  appendFileSync(path, '{"token_budget_usage":1,"usage":[{"id":"cut');
  const text = readFileSync(path, "utf8");
  expect(text).not.toContain("msg_1");
  const found = recordedIds(text);
  expect(found.nameless).toEqual([{ provider: "anthropic", model: "claude-opus-4-5" }]);
  const isMetered = isMeteredOf({ salt: "salt", ids: found.ids });
  expect([isMetered("msg_1"), isMetered("msg_2"), isMetered(ids[0] ?? "")]).toEqual([true, false, false]);
});

it("a line after one that was cut off is read", () => {
  const record = createRecordFile(path);
  record.append(answer("claude-opus-4-5"));
  appendFileSync(path, '{"token_budget_usage":1,"usa');
  record.append(answer("claude-sonnet-4-5"));
  record.append(answer("claude-haiku-4-5"));
  expect(models()).toEqual(["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"]);
});

it("what can't be written is written later, in order and once", () => {
  const record = createRecordFile(path);
  mkdirSync(path);
  record.append(answer("claude-opus-4-5"));
  record.append(answer("claude-sonnet-4-5"));
  expect(record.waiting()).toBe(2);
  rmdirSync(path);
  record.append(answer("claude-haiku-4-5"));
  expect(record.waiting()).toBe(0);
  record.flush();
  expect(models()).toEqual(["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"]);
});
