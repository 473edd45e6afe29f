import * as core from "@actions/core";
import { bugText } from "./commands/outcome/unforeseen.ts";
import { runAction } from "./edges/action/action.ts";
import { actionsIo } from "./edges/action/actions-io.ts";

const io = actionsIo(core);
// dist/post.js, with which the runner starts the post part, says so.
const part = process.argv[2] === "post" ? "post" : "main";

try {
  const failure = await runAction(part, process.env, io);
  if (failure !== null) {
    io.error(failure.text, failure.title);
    process.exitCode = core.ExitCode.Failure;
  }
} catch (error) {
  core.setFailed(io.redact(bugText(error)));
}
