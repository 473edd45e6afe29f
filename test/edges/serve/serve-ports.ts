import { createHash } from "node:crypto";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import { machineWaiting } from "../../../src/edges/machine/waiting.ts";
import { terminalPorts } from "../../../src/edges/terminal/ports.ts";
import { apiFiles } from "../../../src/export/api/api.ts";
import type { Dashboard } from "../../../src/insight/dashboard/dashboard.ts";
import { type SiteFile, sitePages } from "../../../src/report/html/site.ts";
import { patientStore } from "../../../src/store/patient-store.ts";
import type { Store } from "../../../src/store/port.ts";
import { REPORT_SCHEMA } from "../../report/html/made-site.ts";
import { emptyFolder } from "../../support/runner/action.ts";

/** What a terminal's commands have, over a store of the test's. */
export async function portsOver(store: Store): Promise<Ports> {
  const ports = await terminalPorts({}, emptyFolder("folder"), {});
  return { ...ports, store: patientStore(store, machineWaiting(1_000, 1_000)) };
}

const hash = (text: string) => createHash("sha256").update(text);
const digest = (text: string) => hash(text).digest("hex");
const sha256 = (text: string) => hash(text).digest("base64");

/** All that `dashboard` would write, by the paths of the files. */
export function filesOf(dashboard: Dashboard): Record<string, string> {
  const files: SiteFile[] = [
    ...sitePages(dashboard, { digest, sha256 }),
    ...apiFiles(dashboard, { digest, reportSchema: REPORT_SCHEMA }),
  ];
  return Object.fromEntries(files.map(({ path, text, rest = [] }) => [path, [text, ...rest].join("")]));
}
