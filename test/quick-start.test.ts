import { expect, test } from "vitest";
import { quickStart, withoutAssert, withoutCollator } from "../scripts/quick-start.ts";

const evaluated = (expression: string): unknown => new Function(`return ${expression}`)();

/** A literal that is large enough to become JSON, with one more element. */
const large = (element: string): string => `[${Array(3000).fill('"abc"').join()},${element}]`;

test("the functions of modules are put into parentheses, and no others", () => {
  const code = "const modules={12:(e,t)=>{t.a=()=>1},815:function(e){e({7:()=>2,b:()=>3})}};";
  expect(quickStart(code)).toBe("const modules={12:((e,t)=>{t.a=()=>1}),815:(function(e){e({7:()=>2,b:()=>3})})};");
});

test("modules inside modules keep their order", () => {
  expect(quickStart("x={1:()=>{y={2:()=>3}}}")).toBe("x={1:(()=>{y={2:(()=>3)}})}");
});

test.each([
  ["text with quotes, backslashes and line ends", String.raw`"it's \"a\" \\ \n  é 😀"`],
  ["numbers", "[0,-1,.5,1e3,0x10,-.25]"],
  ["minified truth", "[!0,!1,true,false,null]"],
  ["keys of every kind", `{a:1,"b-c":2,3:{d:[{}]},"it's":4}`],
])("a large literal with %s becomes JSON of the same value", (_, element) => {
  const code = large(element);
  const rewritten = quickStart(code);
  expect(rewritten).toMatch(/^JSON\.parse\('/);
  expect(evaluated(rewritten)).toEqual(evaluated(code));
});

test.each([
  ["a variable", "undefined"],
  ["a function", "()=>1"],
  ["a spread", "...[]"],
  ["a prototype", "{__proto__:null}"],
  ["a hole", ",1"],
  ["a method", "{a(){}}"],
  ["a regular expression", "/a/"],
])("a large literal with %s stays as it is", (_, element) => {
  const code = `x=${large(element)}`;
  expect(quickStart(code)).toBe(code);
});

test("a small literal stays as it is", () => {
  expect(quickStart("x=[1,2,3]")).toBe("x=[1,2,3]");
});

test("names are compared without a collator, in the order of their characters", () => {
  const code = "names=>[...names].sort((a,b)=>b.length-a.length||a.name.localeCompare(b.name))";
  const quick = withoutCollator(code);
  expect(quick).not.toContain("localeCompare");
  const sorted = evaluated(quick) as (names: readonly { readonly name: string }[]) => unknown;
  const names = ["b", "a", "ab", "a", "_"].map((name) => ({ name }));
  expect(sorted(names)).toEqual(["_", "a", "a", "ab", "b"].map((name) => ({ name })));
});

test("a package's assertions are plain errors, and only where they are imported as the compiler writes it", () => {
  const code = "const assert_1 = __importDefault(__nccwpck_require__(42613));(0, assert_1.default)(held, 'closed');";
  const check = new Function("held", withoutAssert(code)) as (held: boolean) => void;
  expect(() => check(true)).not.toThrow();
  expect(() => check(false)).toThrow("closed");
  expect(withoutAssert("const assert_1 = imported;")).toBe("const assert_1 = imported;");
});
