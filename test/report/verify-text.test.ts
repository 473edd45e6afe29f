import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { renderDifferences, renderDifferencesTerminal, verifySentence } from "../../src/report/verify-text.ts";

const terminal = { colors: pc.createColors(false), width: 80 };
const difference = { figure: "models.gpt|4o.cost", expected: "4.70", found: "4.71" };

describe("what verify found", () => {
  it("is nothing where the books agree", () => {
    expect(verifySentence([])).toBe("The books agree with the ledger.");
    expect(renderDifferences([])).toBe("");
    expect(renderDifferencesTerminal([], terminal)).toBe("");
  });

  it("is a table of both figures in the job summary", () => {
    expect(renderDifferences([difference])).toBe(
      `| Figure | By the ledger | In the books |
| :- | -: | -: |
| <code>models.gpt&#124;4o.cost</code> | 4.70 | 4.71 |`,
    );
  });

  it("is a table at the terminal", () => {
    expect(renderDifferencesTerminal([difference], terminal)).toBe(
      `Figure              By the ledger  In the books
models.gpt|4o.cost           4.70          4.71
`,
    );
  });

  it("counts what is too much to show", () => {
    const many = Array.from({ length: 103 }, () => difference);
    expect(verifySentence(many)).toBe("103 figures of the books do not agree with the ledger.");
    expect(renderDifferences(many)).toMatch(/\n\nand 3 more figures$/);
  });
});
