import { execFileSync } from "node:child_process";
import { scriptOf } from "../../scripts/release-step.ts";

/** Runs a step of the release workflow in a folder, as GitHub's shell does. Throws with what it printed. */
export function runReleaseStep(id: string, folder: string, env: Readonly<Record<string, string>>): string {
  try {
    return execFileSync("bash", ["-e", "-c", scriptOf(id)], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${stdout}${stderr}`);
  }
}
