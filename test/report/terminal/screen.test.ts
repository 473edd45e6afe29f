import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { renderScreen } from "../../../src/report/terminal/screen.ts";
import { deniedView, ESTIMATE, sampleMonth, sampleView } from "../samples.ts";

const terminal = { colors: pc.createColors(false), width: 90 };

describe("a short answer", () => {
  it("is the title, the sentence and the bar", () => {
    expect(renderScreen(sampleView(), terminal, "short")).toBe(
      `✔ AI run booked
$0.0313 was booked; $5.23 of $15.00 is spent (34.9%) and $9.72 is left.
█████████████████▒░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  34.9% spent, 0.4% held
`,
    );
  });

  it("says on a denial what to do next", () => {
    const text = renderScreen(deniedView, terminal, "short");
    expect(text).toContain("→ Or raise it in .github/token-budget.yml");
    expect(text).not.toContain("Burn rate");
  });

  it("lists the holds that leave a run no room", () => {
    const admission = { decision: "deny", reason: "insufficient", estimate: ESTIMATE, coldStart: false } as const;
    const view = sampleView({ admission, tone: "bad", booked: undefined });
    expect(renderScreen(view, terminal, "short")).toContain("  https://github.com/o/r/actions/runs/123\n");
  });

  it("is one line beside the command that run runs, unless the run is denied", () => {
    expect(renderScreen(sampleView(), terminal, "line")).toBe(
      "✔ $0.0313 was booked; $5.23 of $15.00 is spent (34.9%) and $9.72 is left.\n",
    );
    expect(renderScreen(deniedView, terminal, "line")).toBe(renderScreen(deniedView, terminal, "short"));
  });

  it("has what differs from the ledger before everything else", () => {
    const differences = [{ figure: "total_spent", expected: "$3", found: "$1" }];
    const view = sampleView({ differences, tone: "bad", month: sampleMonth(), booked: undefined });
    const [, , blank, heading] = renderScreen(view, terminal, "short").split("\n");
    expect([blank, heading]).toEqual(["", "Figure       By the ledger  In the books"]);
    const full = renderScreen(view, terminal);
    expect(full.indexOf("total_spent")).toBeLessThan(full.indexOf("Remaining"));
  });
});
