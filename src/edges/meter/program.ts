import { fileURLToPath } from "node:url";

/** The argument by which the Action's program is a meter. */
export const METER_PART = "meter";

const IS_BUILT = import.meta.url.endsWith(".js");
/** The Action's program: next to this one in dist/. */
const PROGRAM = IS_BUILT ? "./main.js" : "../../main.ts";

/** What starts a meter's process. */
export function meterCommand(): readonly string[] {
  // The sources may need what this process was started with to run at all.
  const flags = IS_BUILT ? [] : process.execArgv;
  return [process.execPath, ...flags, fileURLToPath(new URL(PROGRAM, import.meta.url)), METER_PART];
}
