import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathNames } from "../../src/values/path-name.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const nameOf = (text: string) => pathNames([text], { digest }).get(text);

describe("names of files", () => {
  it.each([
    ["platform", "platform"],
    ["Platform", "platform"],
    ["agents/coder", "agents%2fcoder"],
    ["..", "%2e%2e"],
    ["../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd"],
    [".hidden", "%2ehidden"],
    ["dot.", "dot%2e"],
    ["", "%"],
    ["a b", "a%20b"],
    ["a~b", "a%7eb"],
    ["index", "%69ndex"],
    ["CON", "%63on"],
    ["con.txt", "%63on.txt"],
    ["console", "console"],
    ["com1", "%63om1"],
    ["<script>", "%3cscript%3e"],
    ["ü", "%c3%bc"],
    ["🦊", "%f0%9f%a6%8a"],
  ])("encodes %j as %j", (name, expected) => {
    expect(nameOf(name)).toBe(expected);
  });

  it("keeps a name in lower case, and gives the one that would meet it a digest", () => {
    const names = pathNames(["Infra", "infra", "INFRA"], { digest });
    expect(names.get("infra")).toBe("infra");
    expect(names.get("Infra")).toMatch(/^infra~[0-9a-f]{12}$/);
  });

  it("leaves names alone that are taken", () => {
    expect(pathNames(["month"], { digest, taken: ["month"] }).get("month")).toMatch(/^month~/);
  });

  it("cuts a name of 10 kB, never within an encoded byte", () => {
    const name = nameOf("ä".repeat(5000)) ?? "";
    expect(name).toMatch(/^(%c3%a4)+(%c3)?~[0-9a-f]{12}$/);
    expect(name.length).toBeLessThan(80);
  });

  it("gives every name one of its own on any disk, and none that leads out of the folder", () => {
    const any = fc.oneof(
      fc.string({ unit: "binary", maxLength: 90 }),
      fc.constantFrom("a", "A", "ä", "Ä", "index", "..", ".", "a.", "nul"),
    );
    fc.assert(
      fc.property(fc.uniqueArray(any, { maxLength: 8 }), (texts) => {
        const names = [...pathNames(texts, { digest, taken: ["month"] }).values()];
        expect(names).toHaveLength(texts.length);
        expect(new Set([...names.map((name) => name.toLowerCase()), "month"]).size).toBe(texts.length + 1);
        for (const name of names) expect(name).toMatch(/^(?!\.)[a-z0-9%~_.-]{1,80}(?<!\.)$/);
      }),
    );
  });
});
