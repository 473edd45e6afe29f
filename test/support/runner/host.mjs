// A process that plays steps one after another (hosts.ts): each is the program loaded anew, in an environment and a
// folder of its own, and has ended when nothing is left to do, as a process does.
import { enterSharedTime } from "./shared-time.mjs";

let steps = 0;
let mark = "";

process.on("message", (told) => {
  if (told.script === undefined) return;
  steps += 1;
  mark = told.mark;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, told.env);
  process.chdir(told.cwd);
  process.argv.length = 2;
  process.exitCode = undefined;
  enterSharedTime();
  import(`${told.script}?step=${steps}`);
});

process.on("beforeExit", (exitCode) => {
  process.channel.ref();
  process.stdout.write(mark);
  process.stderr.write(mark);
  process.send({ exitCode });
});

process.channel.ref();

// Whoever handed it steps has ended.
process.on("disconnect", () => process.exit());
