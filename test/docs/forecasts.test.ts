import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the forecast of any other series prints what its page says", () => {
  const page = readFileSync("docs/forecasts.md", "utf8");
  const [, code = "", printed = ""] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(page) ?? [];
  const run = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", code], { encoding: "utf8" });
  expect(run).toMatchObject({ stderr: "", stdout: printed });
});
