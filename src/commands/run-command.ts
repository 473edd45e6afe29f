import type { Command, InputsOf } from "../inputs/commands/table.ts";
import { adjust } from "./adjust.ts";
import { check } from "./check.ts";
import type { Ports } from "./operation/ports.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { recap } from "./recap.ts";
import { record } from "./record.ts";
import { release } from "./release.ts";
import { reset } from "./reset.ts";
import { status } from "./status.ts";
import { usage } from "./usage.ts";
import { verify } from "./verify.ts";

/** The commands that are one operation each: `guard` and `run` are made of two, `doctor` and `init` of none. */
type PlainCommand = Exclude<Command, "guard" | "run" | "doctor" | "init">;

/** Runs one command. Throws a BudgetError for input that can't be used. */
export async function runCommand(ports: Ports, inputs: InputsOf<PlainCommand>): Promise<Outcome> {
  switch (inputs.command) {
    case "check":
      return check(ports, inputs, { holdId: ports.newId(), isGate: false });
    case "record":
      return record(ports, inputs);
    case "release":
      return release(ports, inputs);
    case "status":
      return status(ports, inputs);
    case "usage":
      return usage(ports, inputs);
    case "recap":
      return recap(ports, inputs);
    case "reset":
      return reset(ports, inputs);
    case "adjust":
      return adjust(ports, inputs);
    case "pause":
      // No gate needs this code.
      return import("./pause.ts").then(({ pause }) => pause(ports, inputs));
    case "resume":
      return import("./resume.ts").then(({ resume }) => resume(ports, inputs));
    case "alerts":
      // Gates and bookings don't need this code.
      return (await import("./alerts.ts")).alerts(ports, inputs);
    case "verify":
      return verify(ports, inputs);
  }
}
