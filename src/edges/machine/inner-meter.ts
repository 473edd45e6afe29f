import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { FILE_VARIABLE } from "../../commands/meter/pointing.ts";

const LIVE_FILE = /^meter-[\w.-]{1,128}\.json$/;

/**
 * Lets the meter around this one know that there is another: what starts inside of a metered run or job and has a meter
 * itself sends its requests by that one alone. Nothing where there is none around.
 */
export async function markInner(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const live = env[FILE_VARIABLE] ?? "";
  if (!LIVE_FILE.test(basename(live)) || !existsSync(live)) return;
  // Without it the outer run names the wrong cause; that is no reason to stop this one.
  await writeFile(markOf(live), "", { mode: 0o600 }).catch(() => {});
}

/** Whether a meter was started inside of the one with this live file. */
export function hasInner(live: string): boolean {
  return existsSync(markOf(live));
}

function markOf(live: string): string {
  return live.replace(/json$/, "inner");
}
