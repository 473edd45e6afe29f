// A program of its own, so that its memory is: reads a usage file and prints its peak of memory in kB.
import { readFileSync, statSync } from "node:fs";
import { textOfFile } from "../../src/edges/machine/file-text.ts";
import { readUsage } from "../../src/usage/read-usage.ts";

/** On Linux `maxRSS` counts the program that started this one, too. */
function peakKb(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

const [path = ""] = process.argv.slice(2);
const { format, complete } = readUsage(textOfFile(path, statSync(path).size));
process.stdout.write(JSON.stringify({ format, complete, peakKb: peakKb() }));
