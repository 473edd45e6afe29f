// Installs the agents' programs, about 1.5 GB: the versions of the lock file, and what their own scripts prepare.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const isWindows = process.platform === "win32";

// Not `npm ci`: it wants every machine's optional packages to be in the lock file, and registries lack some.
execFileSync("npm", ["install", "--no-save", "--ignore-scripts"], { cwd: HERE, stdio: "inherit", shell: isWindows });

/** What these two need of their own: the program of this machine in its place. */
const SCRIPTS = [
  ["@anthropic-ai/claude-code", "install.cjs"],
  ["opencode-ai", "postinstall.mjs"],
] as const;
for (const [name, script] of SCRIPTS) {
  const folder = join(HERE, "node_modules", name);
  if (existsSync(join(folder, script))) execFileSync(process.execPath, [script], { cwd: folder, stdio: "inherit" });
}
