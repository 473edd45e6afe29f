import { describe, expect, it } from "vitest";
import { commonIds, renumbered } from "../scripts/module-ids.ts";

const names = new Map([
  [2294, "./src/a.ts"],
  [527, "./src/b.ts"],
  [9, "external"],
]);
const ids = commonIds([names, new Map([[88, "./src/0.ts"]])]);

const REQUIRE =
  "var o={};function r(e){var t=o[e];if(t!==undefined)return t.exports;var a=o[e]={exports:{}};n[e](a,a.exports,r);return a.exports}";

describe("the numbers of a bundle's modules", () => {
  it("are the same in all bundles", () => {
    expect([...ids]).toEqual([
      ["./src/0.ts", 1],
      ["./src/a.ts", 2],
      ["./src/b.ts", 3],
      ["external", 4],
    ]);
  });

  it("change where a chunk has a module and where it requires one, and nowhere else", () => {
    const code =
      "export const modules={2294:((e,t,a)=>{var i=a(527);a.e(12).then(a.bind(a,9));a.t.bind(a,527,19);i(2294);b({527:1},527)})};";
    const expected =
      "export const modules={2:((e,t,a)=>{var i=a(3);a.e(12).then(a.bind(a,4));a.t.bind(a,3,19);i(2294);b({527:1},527)})};";
    expect(renumbered(code, names, ids)).toBe(expected);
  });

  it("change in the program itself, which has the function that requires them", () => {
    const code = `var n={527:(e,t,a)=>{a(9)}};${REQUIRE}r(2294);r.e(3).then(r.bind(r,527));x(2294)`;
    expect(renumbered(code, names, ids)).toBe(
      `var n={3:(e,t,a)=>{a(4)}};${REQUIRE}r(2);r.e(3).then(r.bind(r,3));x(2294)`,
    );
  });

  it("are known, or the build fails", () => {
    expect(() => renumbered("export const modules={527:((e,t,a)=>{a(5)})};", names, ids)).toThrow("5 is no module");
  });
});
