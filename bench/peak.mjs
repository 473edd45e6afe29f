// Loaded into a program: when it ends, its peak of memory goes to file descriptor 3, in kB.
import { readFileSync, writeSync } from "node:fs";

process.on("exit", () => writeSync(3, String(peakKb())));

/** On Linux `maxRSS` counts the program that started this one, too. */
function peakKb() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
