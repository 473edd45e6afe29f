import * as core from "@actions/core";
import { bugText } from "./commands/outcome/unforeseen.ts";
import { runAction } from "./edges/action/action.ts";
import { actionsIo } from "./edges/action/actions-io.ts";

const io = actionsIo(core);
// dist/post.js, with which the runner starts the post part, says so; a gate starts its meter as another process.
const part = process.argv[2] === "post" ? "post" : "main";

if (process.argv[2] === "meter") {
  const { runMeter } = await import("./edges/meter/meter.ts");
  await runMeter(process);
} else await runStep();

async function runStep(): Promise<void> {
  try {
    const failure = await runAction(part, process.env, io);
    if (failure !== null) {
      io.error(failure.text, failure.title);
      process.exitCode = core.ExitCode.Failure;
    }
  } catch (error) {
    core.setFailed(io.redact(bugText(error)));
  }
}
