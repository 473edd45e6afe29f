import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { catchInterrupts } from "../../../src/edges/terminal/interrupts.ts";

/** A process that gets signals, and what is printed and ends it. */
function caught() {
  const said: string[] = [];
  const exits: number[] = [];
  const at = { ms: 0 };
  const self = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const interrupts = catchInterrupts({
    self: self as unknown as NodeJS.Process,
    print: (text) => void said.push(text),
    now: () => at.ms,
  });
  const signal = (name: NodeJS.Signals, atMs: number) => {
    at.ms = atMs;
    self.emit(name, name);
  };
  return { ...{ interrupts, said, exits, self }, signal };
}

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s before the command is its exit code, and a second one ends the program", (name, code) => {
  const { interrupts, said, exits, signal } = caught();
  expect(interrupts.exitCode()).toBeUndefined();
  signal(name, 0);
  expect(interrupts.exitCode()).toBe(code);
  expect(said).toEqual([expect.stringMatching(/interrupted.*not started.*released/)]);
  // A program in between may pass on what the terminal has sent to all.
  signal(name, 900);
  expect(exits).toEqual([]);
  signal(name, 2_000);
  expect(exits).toEqual([code]);
});

it("leaves the command its signals, and says after it that the run is being booked", () => {
  const { interrupts, said, exits, self, signal } = caught();
  interrupts.enter("command");
  signal("SIGINT", 0);
  signal("SIGINT", 5_000);
  interrupts.enter("after");
  signal("SIGINT", 5_500);
  expect([said, exits, interrupts.exitCode()]).toEqual([[expect.stringMatching(/is being booked/)], [], undefined]);
  signal("SIGINT", 7_000);
  expect(exits).toEqual([130]);
  interrupts.end();
  expect(self.eventNames()).toEqual([]);
});
