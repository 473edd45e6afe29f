import { describe, expect, it } from "vitest";
import { countOf } from "../support/pace/pace.ts";
import { NO_OWN_POSTGRES, type OwnServer, startServer } from "../support/postgres/server.ts";
import { LAWS } from "./judge.ts";
import { keeperIn, scheduleDatabase } from "./keeper-in-database.ts";
import { useSchedules } from "./play.ts";
import { openStage } from "./stage.ts";

const count = countOf("databaseFaults");
let server: Promise<OwnServer> | undefined;

describe.skipIf(NO_OWN_POSTGRES !== undefined)(`in ${count} schedules of faults over PostgreSQL`, () => {
  /** DATABASE_FAULT_SEED picks one. */
  const brokenIn = useSchedules({
    count,
    variable: "DATABASE_FAULT_SEED",
    async openStage(hosts) {
      server ??= startServer({ max_connections: "400" });
      return openStage(hosts, keeperIn(await scheduleDatabase(await server)));
    },
  });

  it.each(LAWS)("law %s is kept", (law) => {
    expect(brokenIn(law)).toBe("");
  });
});
