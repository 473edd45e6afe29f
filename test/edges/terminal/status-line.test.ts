import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { LiveFigures } from "../../../src/report/terminal/meter-line.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { NO_TERMINAL, quoted, type ScreenOptions, startOnScreen } from "../../support/screen.ts";

const PROGRAM = join(import.meta.dirname, "status-line-program.ts");
const FIGURES: LiveFigures = {
  ...{ requests: 14, cost: 0.4212, percent: 120, burn_per_minute: 0.03, cap: 0.6, refusal: null },
  models: [{ model: "claude-sonnet-4-5", cost: 0.4212 }],
};
const FULL =
  "token-budget: $0.4212, 120 % of the estimate, $0.0300 a minute, up to $0.6000, 14 requests (claude-sonnet-4-5)";

/** A command on a screen: it prints so many lines, then does what is typed. */
const COMMAND = (lines: number) => `
  const { execFileSync } = require("node:child_process");
  let interrupts = 0;
  process.on("SIGINT", () => console.log("interrupted " + ++interrupts));
  process.on("SIGTERM", () => console.log("terminated"));
  for (let line = 1; line <= ${lines}; line += 1) (line % 3 === 0 ? console.error : console.log)("line " + line);
  setTimeout(() => console.log("The command"), 50);
  process.stdin.setEncoding("utf8").on("data", (typed) => {
    for (const word of typed.trim().split("\\n")) {
      const [rows, columns] = word.split("x");
      if (columns !== undefined) execFileSync("stty", ["rows", rows, "cols", columns], { stdio: "inherit" });
      else if (word === "kill") process.kill(process.pid, "SIGKILL");
      else if (word === "signals") for (const name of ["SIGINT", "SIGTERM"]) process.kill(process.ppid, name);
      else if (word === "half") process.stdout.write("half ");
      else if (word === "end") process.exit();
      else console.log(word);
    }
  });
`;

type On = Pick<ScreenOptions, "rows" | "columns"> & Partial<ScreenOptions> & { readonly lines?: number };

function start({ lines = 3, ...on }: On) {
  const live = join(emptyFolder("live"), "live.json");
  const show = (change: Partial<LiveFigures>) => writeFileSync(live, JSON.stringify({ ...FIGURES, ...change }));
  show({});
  const words = [process.execPath, PROGRAM, live, process.execPath, "-e", COMMAND(lines)];
  const command = on.command ?? words.map(quoted).join(" ");
  return { ...startOnScreen({ ...on, command: command.replace("PROGRAM", words.map(quoted).join(" ")) }), show };
}

/** The command has printed its lines, and listens. */
const isThere = (rows: readonly string[]) => isShown(rows) && rows.includes("The command");
const isShown = (rows: readonly string[]) => rows.at(-1)?.includes("$0.4212") === true;

describe("the status line of a metered run, on a terminal", () => {
  beforeEach(({ skip }) => skip(NO_TERMINAL !== undefined, NO_TERMINAL));

  it.each([
    [40, "token-budget: $0.4212, up to $0.6000"],
    [60, "token-budget: $0.4212, 120 % of the estimate, up to $0.6000"],
    [100, "token-budget: $0.4212, 120 % of the estimate, $0.0300 a minute, up to $0.6000, 14 requests"],
    [120, FULL],
  ])("fits %i columns, and is gone at the end", async (columns, line) => {
    const screen = start({ rows: 8, columns });
    await screen.until(isThere);
    expect(screen.rows().at(-1)).toBe(line);
    expect(screen.isInverse(7)).toBe(true);
    screen.type("end\n");
    expect(await screen.ended).toMatchObject({ exitCode: 0 });
    expect(
      screen
        .rows()
        .filter((row) => row !== "")
        .sort(),
    ).toEqual([...["The command", "The end", "line 1", "line 2", "line 3"]]);
  });

  it("changes while the command writes, on both outputs, and costs it no line", async () => {
    const screen = start({ rows: 8, columns: 60, lines: 40 });
    await screen.until(isThere);
    screen.show({ cost: 0.5 });
    screen.type(`${Array.from({ length: 40 }, (_, more) => `more ${more}`).join("\n")}\nhalf\n`);
    await screen.until((rows) => rows.includes("half") && rows.at(-1)?.includes("$0.5000") === true);
    screen.type("a line\nhalf\nend\n");
    await screen.ended;
    const lines = screen.lines().filter((line) => line !== "");
    expect(lines.filter((line) => line.startsWith("line "))).toHaveLength(40);
    expect(lines.slice(-4)).toEqual(["more 39", "half a line", "half", "The end"]);
    expect(lines.join("\n")).not.toContain("token-budget");
  });

  it.each([
    [12, 100],
    [6, 42],
  ])("moves with a window that gets %i rows and %i columns, and leaves nothing behind", async (rows, columns) => {
    const screen = start({ rows: 8, columns: 60, lines: 20 });
    await screen.until(isThere);
    screen.resize(rows, columns);
    screen.type(`${rows}x${columns}\n`);
    await screen.until((shown) => shown.filter((row) => row.includes("token-budget")).length === 1 && isShown(shown));
    screen.type("after\nend\n");
    await screen.ended;
    const lines = screen.lines().filter((line) => line !== "");
    expect(lines.slice(-2)).toEqual(["after", "The end"]);
    expect(lines.join("\n")).not.toContain("token-budget");
  });

  it("leaves ctrl-C to the command, which gets it once", async () => {
    const screen = start({ rows: 8, columns: 60 });
    await screen.until(isThere);
    screen.type("\u0003");
    await screen.until((rows) => rows.includes("interrupted 1"));
    // What the program would do with its own: only others are passed on.
    screen.type("signals\n");
    await screen.until((rows) => rows.includes("terminated"));
    screen.type("end\n");
    await screen.ended;
    expect(screen.rows()).toContain("The end");
    expect(screen.lines().join("\n")).not.toMatch(/interrupted 2|token-budget/);
  });

  it("leaves the screen to the shell at ctrl-Z, and comes back with the command", async () => {
    const screen = start({
      ...{ rows: 8, columns: 100 },
      command: "set -m; PROGRAM; stty -echo; seq 101 120; read -r go; fg > /dev/null",
    });
    await screen.until(isThere);
    screen.type("\u001A");
    await screen.until((rows) => rows.includes("120"));
    // All rows are the shell's.
    expect(screen.rows()).toEqual(["114", "115", "116", "117", "118", "119", "120", ""]);
    screen.type("go\n");
    await screen.until(isShown);
    screen.type("end\n");
    expect(await screen.ended).toMatchObject({ exitCode: 0 });
    expect(screen.lines().join("\n")).not.toContain("token-budget");
  });

  it("is gone when the command is killed", async () => {
    const screen = start({ rows: 8, columns: 60 });
    await screen.until(isThere);
    screen.type("kill\n");
    expect(await screen.ended).toMatchObject({ exitCode: 137 });
    expect(screen.rows().join("\n")).not.toContain("token-budget");
    expect(screen.rows()).toContain("The end");
  });

  it("is gone when a signal ends the program before the command begins", async () => {
    const live = join(emptyFolder("live"), "live.json");
    writeFileSync(live, JSON.stringify(FIGURES));
    const program = [process.execPath, PROGRAM, live].map(quoted).join(" ");
    const screen = startOnScreen({ rows: 4, columns: 60, command: `${program}; echo "exit $?"; seq 1 9` });
    await screen.ended;
    expect(screen.lines()).toContain("exit 143");
    expect(screen.rows()).toEqual(["7", "8", "9", ""]);
  });

  it("has no color where none is wanted", async () => {
    const screen = start({ rows: 8, columns: 60, env: { NO_COLOR: "1" } });
    await screen.until(isThere);
    screen.type("end\n");
    expect((await screen.ended).raw).not.toContain("\u001B[7m");
  });

  it("is a plain line on a terminal that can't move its cursor", async () => {
    const screen = start({ rows: 8, columns: 120, env: { TERM: "dumb" } });
    await screen.until((rows) => rows.includes("The command"));
    screen.type("end\n");
    expect((await screen.ended).raw).not.toContain("\u001B");
    expect(screen.rows()).toContain(FULL);
  });
});

it("is a plain line where there is no terminal", () => {
  const live = join(emptyFolder("live"), "live.json");
  writeFileSync(live, JSON.stringify(FIGURES));
  const words = [PROGRAM, live, process.execPath, "-e", "console.log('hello')"];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect({ stdout, stderr, status }).toEqual({ stdout: "hello\nThe end\n", stderr: `${FULL}\n`, status: 0 });
});
