import { readFileSync } from "node:fs";
import { type LiveFigures, meterLine } from "../../report/terminal/meter-line.ts";

const SECOND_MS = 1_000;
/** Where nobody looks on, a line for each of these is enough. */
const PLAIN_MS = 60_000;
/** What ends this process if nothing else handles it. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Ctrl-Z. */
const STOP = "SIGTSTP";

/** A line that shows a run's figures until it ends. */
export type StatusLine = { readonly end: () => void };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Shows a meter's figures while a command runs: on the last line of a terminal, which is kept out of the rest's way and
 * given back at the end; elsewhere as plain lines, once a minute if they changed.
 */
export function startStatusLine(out: NodeJS.WriteStream, live: string, env: Environment): StatusLine {
  const isScreen = out.isTTY === true && hasRoom(out) && env["TERM"] !== "dumb";
  return isScreen ? onScreen(out, live, !env["NO_COLOR"]) : asLines(out, live);
}

const SAVED = "\u001B7";
const RESTORED = "\u001B8";
/** Everything scrolls again, and what is below the cursor's line is gone. */
const GIVEN_BACK = `${SAVED}\u001B[r${RESTORED}\u001BD\r\u001B[J${RESTORED}`;
/** The last line becomes free: what is on it moves up, and the cursor with it. */
const OFF_LAST_LINE = "\u001BD\u001B[A";

function hasRoom({ rows = 0 }: NodeJS.WriteStream): boolean {
  return rows > 2;
}

function onScreen(out: NodeJS.WriteStream, live: string, isInverse: boolean): StatusLine {
  const draw = () => {
    const figures = figuresIn(live);
    if (figures === undefined || !hasRoom(out)) return;
    const text = meterLine(figures, (out.columns ?? 80) - 1);
    const line = isInverse ? `\u001B[7m${text}\u001B[27m` : text;
    out.write(`${SAVED}\u001B[${out.rows ?? 0};1H\u001B[2K${line}${RESTORED}`);
  };
  // Scrolling ends above the last line. Not said again with each figure: it would cut a line that is just full.
  const reserve = () => {
    if (!hasRoom(out)) return;
    out.write(`${OFF_LAST_LINE}${SAVED}\u001B[1;${(out.rows ?? 0) - 1}r${RESTORED}`);
    draw();
  };
  // The line is below the cursor, wherever the terminal has moved it to.
  const giveBack = () => out.write(GIVEN_BACK);
  const resize = () => {
    giveBack();
    reserve();
  };
  const stop = () => {
    giveBack();
    process.off(STOP, stop);
    // Stops here until somebody lets it go on.
    process.kill(process.pid, STOP);
    process.on(STOP, stop);
    reserve();
  };
  const interrupted = (signal: NodeJS.Signals) => {
    // While a command runs, it is passed on.
    if (process.listenerCount(signal) > 1) return;
    end();
    process.kill(process.pid, signal);
  };
  const end = () => {
    clearInterval(timer);
    out.off("resize", resize);
    process.off("exit", end);
    process.off(STOP, stop);
    for (const signal of ENDING) process.off(signal, interrupted);
    giveBack();
  };
  const timer = setInterval(draw, SECOND_MS);
  timer.unref();
  out.on("resize", resize);
  process.once("exit", end);
  process.on(STOP, stop);
  for (const signal of ENDING) process.on(signal, interrupted);
  reserve();
  return { end };
}

function asLines(out: NodeJS.WriteStream, live: string): StatusLine {
  let last = "";
  const print = () => {
    const figures = figuresIn(live);
    const line = figures === undefined || figures.requests === 0 ? "" : meterLine(figures);
    if (line !== "" && line !== last) out.write(`${line}\n`);
    last = line || last;
  };
  const timer = setInterval(print, PLAIN_MS);
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      print();
    },
  };
}

function figuresIn(path: string): LiveFigures | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LiveFigures;
  } catch {
    return undefined;
  }
}
