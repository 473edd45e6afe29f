import { readFileSync } from "node:fs";
import { type LiveFigures, meterLine } from "../../report/terminal/meter-line.ts";

const SECOND_MS = 1_000;
/** Where nobody looks on, a line for each of these is enough. */
const PLAIN_MS = 60_000;

/** A line that shows a run's figures until it ends. */
export type StatusLine = { readonly end: () => void };

/**
 * Shows a meter's figures while a command runs: on the last line of a terminal, which is kept out of the rest's way and
 * given back at the end; elsewhere as plain lines, once a minute if they changed.
 */
export function startStatusLine(out: NodeJS.WriteStream, live: string): StatusLine {
  const isScreen = out.isTTY === true && (out.rows ?? 0) > 2;
  return isScreen ? onScreen(out, live) : asLines(out, live);
}

function onScreen(out: NodeJS.WriteStream, live: string): StatusLine {
  const reserve = () => {
    // Scrolling ends above the last line; the cursor goes there if it was on it.
    out.write(`\n\u001B7\u001B[1;${(out.rows ?? 0) - 1}r\u001B8\u001B[1A`);
    draw();
  };
  const draw = () => {
    const figures = figuresIn(live);
    if (figures === undefined) return;
    const line = meterLine(figures, (out.columns ?? 80) - 1);
    out.write(`\u001B7\u001B[${out.rows ?? 0};1H\u001B[2K\u001B[7m${line}\u001B[27m\u001B8`);
  };
  const end = () => {
    clearInterval(timer);
    out.off("resize", reserve);
    process.off("exit", end);
    out.write(`\u001B7\u001B[r\u001B[${out.rows ?? 0};1H\u001B[2K\u001B8`);
  };
  const timer = setInterval(draw, SECOND_MS);
  timer.unref();
  out.on("resize", reserve);
  process.once("exit", end);
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
