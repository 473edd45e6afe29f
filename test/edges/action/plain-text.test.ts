import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText } from "../../../src/edges/action/plain-text.ts";

/** What the runner takes for a command. */
function isCommand(line: string): boolean {
  return line.trimStart().startsWith("::") || line.includes("##[");
}

describe("plain text", () => {
  it.each([
    "::error::gotcha",
    "  \t::set-output name=allowed::true",
    "fine\n::add-mask::a",
    "fine\r::stop-commands::x",
    "fine\r\n::debug::x",
    "fine\u2028::warning::x",
    "\u0000::warning::x",
    "\u001b[0m::warning::x",
    "\u00a0::warning::x",
    "see ##[error]gotcha",
    "#\u0007#[error]",
    "::::warning::x",
  ])("%j is no command to the runner", (text) => {
    for (const line of plainText(text).split("\n")) expect(isCommand(line), line).toBe(false);
  });

  it("holds no command whatever it was made of", () => {
    const piece = fc.oneof(
      fc.constantFrom(":", "::", "##", "[", "\n", "\r", "\u001b[0m", "\u0000", " ", "\t", "error::"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const line of plainText(pieces.join("")).split("\n")) expect(isCommand(line)).toBe(false);
      }),
    );
  });

  it("has no control characters, colours or reversed writing", () => {
    expect(plainText("a\u001b[31mb\u001b[0m\u0007c\u202ed\u001b]0;title\u0007e")).toBe("ab c de");
  });

  it("keeps lines, words and colons", () => {
    expect(plainText("spent: $5.23\n  std::vector 😀")).toBe("spent: $5.23\n  std::vector 😀");
  });
});
