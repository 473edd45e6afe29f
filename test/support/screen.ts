import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import xterm from "@xterm/headless";
import { parentEnvironment } from "./runner/spawn.ts";

// The one program that gives a test a terminal.
const SCRIPT = "/usr/bin/script";
/** Why a test can't have a terminal on this machine; undefined if it can. */
export const NO_TERMINAL =
  process.platform === "linux" && existsSync(SCRIPT) ? undefined : `this machine has no ${SCRIPT} of util-linux`;

/** A terminal as a person sees it, with a command on it. */
export type Screen = {
  /** The rows that are seen, without spaces at their ends. */
  readonly rows: () => string[];
  /** All lines, with those that were scrolled away. */
  readonly lines: () => string[];
  /** Whether a row begins in reverse video. */
  readonly isInverse: (row: number) => boolean;
  /** Waits until the rows are like this. */
  readonly until: (isThere: (rows: readonly string[]) => boolean) => Promise<void>;
  readonly type: (keys: string) => void;
  /** The window gets another size; what runs on it learns of it by `stty`. */
  readonly resize: (rows: number, columns: number) => void;
  /** Ends with the command: its exit code, and every byte it wrote. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly raw: string }>;
};

export type ScreenOptions = {
  readonly rows: number;
  readonly columns: number;
  /** A line for sh. */
  readonly command: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs a command on a terminal of a size, without an echo of what is typed. */
export function startOnScreen({ rows, columns, command, cwd, env = {} }: ScreenOptions): Screen {
  const terminal = new xterm.Terminal({ rows, cols: columns, allowProposedApi: true, scrollback: 1_000 });
  const child = spawn(SCRIPT, ["-qec", `stty -echo rows ${rows} cols ${columns} && ${command}`, "/dev/null"], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...parentEnvironment(), SHELL: "/bin/sh", TERM: "xterm-256color", ...env },
  });
  let raw = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    raw += chunk;
    terminal.write(chunk, () => {
      for (const look of waiting) look();
    });
  });
  const linesFrom = (first: number, count: number) =>
    Array.from({ length: count }, (_, row) =>
      (terminal.buffer.active.getLine(first + row)?.translateToString() ?? "").trimEnd(),
    );
  const shown = () => linesFrom(terminal.buffer.active.baseY, terminal.rows);
  const ended = new Promise<{ exitCode: number | null; raw: string }>((resolve) => {
    child.once("close", (exitCode) => terminal.write("", () => resolve({ exitCode, raw })));
  });
  return {
    rows: shown,
    lines: () => linesFrom(0, terminal.buffer.active.length),
    isInverse: (row) => {
      const cell = terminal.buffer.active.getLine(terminal.buffer.active.baseY + row)?.getCell(0);
      return cell !== undefined && cell.isInverse() !== 0;
    },
    until: (isThere) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!isThere(shown())) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended, and this was never seen:\n${shown().join("\n")}`)));
      }),
    type: (keys) => void child.stdin.write(keys),
    resize: (height, width) => terminal.resize(width, height),
    ended,
  };
}

/** A word for sh. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
