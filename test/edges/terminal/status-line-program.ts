// node status-line-program.ts LIVE [COMMAND…]: the status line on standard error while COMMAND runs, or until a signal.
import { runChild } from "../../../src/edges/machine/child.ts";
import { startStatusLine } from "../../../src/edges/terminal/status-line.ts";

const [live = "", ...command] = process.argv.slice(2);
const line = startStatusLine(process.stderr, live, process.env);
if (command.length === 0) {
  setInterval(() => {}, 1_000);
  process.kill(process.pid, "SIGTERM");
} else {
  const ended = await runChild(command, process.stdout);
  line.end();
  process.stdout.write("The end\n");
  process.exitCode = ended?.exitCode ?? 1;
}
