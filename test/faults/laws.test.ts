import { countOf } from "../support/pace/pace.ts";
import { describeSchedules } from "./play.ts";
import { openStage } from "./stage.ts";

/** FAULT_SEED picks one. */
describeSchedules({ where: "at GitHub", count: countOf("faultSchedules"), variable: "FAULT_SEED", openStage });
