import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profileKey } from "../../src/books/profiles.ts";
import { counterPrefix, plainKey } from "../../src/values/names.ts";

describe("names as keys of the state", () => {
  it.each([
    ["ai-pr", "ai-pr"],
    ["__proto__", "___proto__"],
    ["constructor", "_constructor"],
    ["prototype", "_prototype"],
    ["toString", "_toString"],
    ["a\nb\u0000c", "a b c"],
    ["  ", "unnamed"],
    ["", "unnamed"],
    ["🚀 night", "🚀 night"],
    ["x".repeat(200), "x".repeat(128)],
    [`${"x".repeat(127)}🚀`, "x".repeat(127)],
  ])("%j becomes %j", (name, key) => {
    expect(plainKey(name)).toBe(key);
  });

  it("are whatever the name an own key of an object, and one that stays as it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype))),
        (name) => {
          const key = plainKey(name);
          expect(Object.keys({ [key]: 1 })).toEqual([key]);
          expect(key in {}).toBe(false);
          if (name.isWellFormed()) expect(key.isWellFormed()).toBe(true);
          expect(plainKey(key)).toBe(key);
        },
      ),
    );
  });

  it("tell a profile from the same profile with a model, however long they are", () => {
    const long = "x".repeat(300);
    expect(profileKey(long, "gpt-4o-mini")).not.toBe(profileKey(long, undefined));
    expect(profileKey(long, "gpt-4o-mini")).not.toBe(profileKey(long, "gpt-4o"));
    expect(profileKey("ai-pr", "gpt-4o")).toBe("ai-pr@gpt-4o");
  });

  it.each([
    ["anthropic", "claude"],
    ["openai", "openai"],
    [undefined, "unknown"],
    ["", "unknown"],
    ["open ai/eu", "open_ai_eu"],
    ["__proto__", "_proto_"],
  ])("provider %j counts its tokens under %s_input", (provider, prefix) => {
    expect(counterPrefix(provider)).toBe(prefix);
  });
});
