import { countOf } from "../support/pace/pace.ts";
import { NO_OWN_POSTGRES, type OwnServer, startServer } from "../support/postgres/server.ts";
import { keeperIn, scheduleDatabase } from "./keeper-in-database.ts";
import { describeSchedules } from "./play.ts";
import { openStage } from "./stage.ts";

let server: Promise<OwnServer> | undefined;

/** DATABASE_FAULT_SEED picks one. */
describeSchedules({
  where: "over PostgreSQL",
  count: countOf("databaseFaults"),
  variable: "DATABASE_FAULT_SEED",
  async openStage(hosts) {
    server ??= startServer({ max_connections: "400" });
    return openStage(hosts, keeperIn(await scheduleDatabase(await server)));
  },
  without: NO_OWN_POSTGRES,
});
