// Loaded into a program: when it ends, its peak of memory goes to file descriptor 3, in kB; on Linux together with that
// of the largest process it started.
import { readFileSync, writeSync } from "node:fs";

let startedKb = 0;

process.on("exit", () => writeSync(3, String(peakKb() + startedKb)));

/** On Linux `maxRSS` counts the program that started this one, too. */
function peakKb() {
  return process.platform === "linux" ? peakOf("self") : process.resourceUsage().maxRSS;
}

function peakOf(pid) {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}

function lookAtStarted() {
  try {
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
    startedKb = Math.max(startedKb, ...pids.map(peakOf));
  } catch {
    // One ended meanwhile.
  }
}

if (process.platform === "linux") setInterval(lookAtStarted, 20).unref();
