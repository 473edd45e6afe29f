import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

/** The bytes of what a gate loaded when it only checked and booked. */
const BEFORE = 548_613;

/** A module and the modules that it imports before it runs. */
function loadedBy(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imports = readFileSync(path, "utf8").matchAll(
    /(?:^|[;}\s])import\s*(?:[\w*{}\s,$]*?from\s*)?"(\.\/[^"]+\.js)"/g,
  );
  for (const [, file = ""] of imports) loadedBy(join(dirname(path), file), seen);
  return seen;
}

it("a gate's start is smaller than when it only checked and booked, by 15%", () => {
  const bytes = [...loadedBy("dist/main.js")].reduce((sum, path) => sum + statSync(path).size, 0);
  expect(bytes).toBeGreaterThan(BEFORE / 2);
  expect(bytes).toBeLessThanOrEqual(BEFORE * 0.85);
});

it.each(["This job is metered.", "where the meter may not forward to", "This hold has a meter already."])(
  "a gate's start has nothing that only a meter needs, such as what says %j",
  (sign) => {
    const having = readdirSync("dist").filter(
      (name) => name.endsWith(".js") && textOf(join("dist", name)).includes(sign),
    );
    expect(having).not.toEqual([]);
    expect([...loadedBy("dist/main.js")].filter((path) => textOf(path).includes(sign))).toEqual([]);
  },
);

const textOf = (path: string) => readFileSync(path, "utf8");
