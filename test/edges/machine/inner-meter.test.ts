import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasInner, markInner } from "../../../src/edges/machine/inner-meter.ts";
import { emptyFolder } from "../../support/runner/action.ts";

it("a meter inside of another one leaves a mark beside its live file, and nowhere else", async () => {
  const folder = emptyFolder("meters");
  const [live, foreign] = [join(folder, "meter-h1.json"), join(folder, "package.json")];
  await markInner({});
  await markInner({ TOKEN_BUDGET_METER_FILE: live });
  for (const path of [live, foreign]) writeFileSync(path, "{}");
  await markInner({ TOKEN_BUDGET_METER_FILE: foreign });
  expect([hasInner(live), readdirSync(folder)]).toEqual([false, ["meter-h1.json", "package.json"]]);
  await markInner({ TOKEN_BUDGET_METER_FILE: live });
  expect(hasInner(live)).toBe(true);
});
