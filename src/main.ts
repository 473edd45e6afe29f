import * as core from "@actions/core";
import { runAction } from "./action.ts";
import { bugText } from "./commands/unforeseen.ts";
import { actionsIo } from "./runner/actions-io.ts";

const io = actionsIo(core);

try {
  const failure = await runAction(process.env, io);
  if (failure !== null) {
    io.error(failure.text, failure.title);
    process.exitCode = core.ExitCode.Failure;
  }
} catch (error) {
  core.setFailed(io.redact(bugText(error)));
}
