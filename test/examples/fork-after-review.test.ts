import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sectionsIn } from "../docs/pages.ts";
import { booksOn } from "../e2e/action-world.ts";
import { faultsOf } from "../support/workflow/faults.ts";
import { auditOf } from "../workflows/audit.ts";
import { claudeCodeApart } from "./agents.ts";
import { ON_A_RUNNER, useExamples } from "./example-world.ts";
import { exampleText } from "./written-workflows.ts";

const world = useExamples();
const SHA = "0123456789abcdef0123456789abcdef01234567";
const section = sectionsIn(readFileSync("docs/how-to.md", "utf8")).find(
  ({ anchor }) => anchor === "run-an-agent-on-a-forks-pull-request-after-a-review",
);
const [trigger = "", checkout = ""] = [...(section?.text ?? "").matchAll(/^```yaml\n(.*?)^```/gms)].map(
  ([, text = ""]) => text,
);

/** The example book-apart as the recipe says to change it. */
function changed(): string {
  const [, ref = ""] = /^ +(ref: .*)$/m.exec(checkout) ?? [];
  return exampleText("book-apart")
    .replace(/^on:\n.*?(?=^permissions:)/ms, trigger)
    .replace(/^ +if: github\.event\.label.*\n/m, "")
    .replace("persist-credentials: false", `${ref}\n          persist-credentials: false`)
    .replace(/^( +prompt:).*$/m, "$1 Review the change that is checked out.");
}

describe("the recipe for a fork's pull request after a review", ON_A_RUNNER, () => {
  it("makes a workflow that GitHub, actionlint and the audit accept", async () => {
    const text = changed();
    expect(text).toContain("ref: ${" + "{ inputs.commit }}");
    expect(text).not.toContain("github.event");
    expect(await faultsOf(text)).toEqual([]);
    expect(auditOf(text)).toEqual([]);
  });

  it("checks the reviewed commit out only in the job that can't write, and books the run", async () => {
    const { standIns = {}, ...agent } = claudeCodeApart("success", 1);
    const refs: (string | undefined)[] = [];
    const ran = await world.run(changed(), {
      event: { name: "workflow_dispatch" },
      inputs: { commit: SHA },
      ...agent,
      standIns: {
        ...standIns,
        "actions/checkout": ({ inputs }) => {
          refs.push(inputs["ref"]);
        },
      },
    });
    expect(ran.conclusion).toBe("success");
    expect(refs).toEqual([SHA]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.04995, holds: [] });
  });
});
