import fc from "fast-check";

/** Texts that somebody would give a model, a tag or a reason to get something into a page, a log or a channel. */
const ATTACKS = [
  "<img src=x onerror=alert(1)>",
  "</details></code><script>alert(1)</script>",
  "`code` ``` fence",
  "a | b | c",
  "@everyone @octocat",
  "[link](https://evil.example) ![image](http://evil.example/x.png)",
  "https://evil.example www.evil.example mail@evil.example",
  "line\n::error::two\r\n## three",
  "::set-output name=allowed::true",
  "##[error]no",
  "\u001b[31mred\u001b[0m \u202etxt.exe \u200b\u0000",
  "- item\n1. item\n> quote\n---\n# head",
  "fixes #1 closes o/r#2 GH-3",
  "[skip ci] ***NO_CI***",
  "$x^2$ &lt; &#64;octocat \\",
  "%%{init: {}}%% {{ secrets.TOKEN }}",
  "\ud800 lone",
  "名前 🚀",
  "x".repeat(10_000),
  "|".repeat(10_000),
];

/** Hostile texts, alone, joined and mixed with anything. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.tuple(fc.constantFrom(...ATTACKS), fc.constantFrom(...ATTACKS)).map(([a, b]) => `${a}${b}`),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.constantFrom(..."|`<>&@#:/\\[](){}!*_~$\n\r\t \u001b\u2028-+=.1w"), { maxLength: 40 })
    .map((all) => all.join("")),
);
