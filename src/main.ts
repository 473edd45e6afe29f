import * as core from "@actions/core";
import { runAction } from "./edges/action/action.ts";
import { actionsIo } from "./edges/action/actions-io.ts";

const io = actionsIo(core);

// In dist/ this is the only program; the files beside it that start it say as what.
const [as] = process.argv.slice(2);

if (as === "cli") {
  process.argv.splice(2, 1);
  await import("./cli.ts");
} else if (as === "meter") {
  const { runMeter } = await import("./edges/meter/meter.ts");
  await runMeter(process);
} else await runStep(as === "post" ? "post" : "main");

async function runStep(part: "main" | "post"): Promise<void> {
  try {
    const failure = await runAction(part, process.env, io);
    if (failure !== null) {
      io.error(failure.text, failure.title);
      process.exitCode = core.ExitCode.Failure;
    }
  } catch (error) {
    const { bugText } = await import("./commands/outcome/unforeseen.ts");
    core.setFailed(io.redact(bugText(error)));
  }
}
