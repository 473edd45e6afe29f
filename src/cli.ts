#!/usr/bin/env node
import { runTerminal } from "./edges/terminal/terminal.ts";

process.exitCode = await runTerminal(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
});
