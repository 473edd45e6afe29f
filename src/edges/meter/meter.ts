import { INNER } from "../../meter/between.ts";
import { runInner } from "../../meter/inner.ts";
import { runOuter } from "../../meter/outer.ts";
import { meterAgent } from "../machine/meter-agent.ts";
import type { MeterBooks } from "./books.ts";
import { hooksFor } from "./hooks.ts";
import { meterCommand } from "./program.ts";

/** Is a meter until its run is over: the outer process, which owns the socket, or the inner one that does the work. */
export async function runMeter(self: NodeJS.Process): Promise<void> {
  if (self.argv[3] !== INNER) return runOuter({ command: meterCommand(), self });
  runInner({
    self,
    hooks: ({ books }, granted) => hooksFor(books as MeterBooks, granted),
    outside: () => meterAgent(self.env),
  });
}
