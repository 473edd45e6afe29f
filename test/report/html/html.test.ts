import fc from "fast-check";
import { expect, it } from "vitest";
import { foreign, html, joined } from "../../../src/report/html/html.ts";
import { hostile } from "../hostile.ts";

it("escapes every text, between tags as well as between quotes", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      expect(markup).toMatch(/^<p title="[^<>"']*">[^<>"']*<\/p>$/);
      expect(markup.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
      expect(markup.isWellFormed()).toBe(true);
    }),
  );
});

it("keeps HTML of its own, numbers and lists", () => {
  expect(html`<ul>${[1, 2].map((one) => html`<li>${one}</li>`)}${undefined}</ul>`.markup).toBe(
    "<ul><li>1</li><li>2</li></ul>",
  );
  expect(joined([html`a`, html`b`], ", ").markup).toBe("a, b");
});

it("shows foreign text on one line that keeps its direction to itself, and a dash for nothing visible", () => {
  expect(foreign("a\n\u202eb").markup).toBe("<bdi>a b</bdi>");
  expect(foreign("\u200b ").markup).toBe("<bdi>–</bdi>");
  expect(foreign("x".repeat(100), 10).markup).toBe(`<bdi>${"x".repeat(9)}…</bdi>`);
});
