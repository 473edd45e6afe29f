import type { Command, InputsOf } from "../inputs/commands/table.ts";
import { check } from "./check.ts";
import type { Ports } from "./operation/ports.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** The commands that are one operation each: `guard` and `run` are made of two, the others of none. */
type PlainCommand = Exclude<Command, "guard" | "run" | "doctor" | "init" | "serve" | "database" | "move">;

/**
 * Runs one command. Throws a BudgetError for input that can't be used. A gate doesn't wait for the code of commands that
 * no gate runs.
 */
export async function runCommand(ports: Ports, inputs: InputsOf<PlainCommand>): Promise<Outcome> {
  switch (inputs.command) {
    case "check":
      return check(ports, inputs, { holdId: ports.newId(), isGate: false });
    case "record":
      return (await import("./record.ts")).record(ports, inputs);
    case "release":
      return (await import("./release.ts")).release(ports, inputs);
    case "status":
      return (await import("./status.ts")).status(ports, inputs);
    case "usage":
      return (await import("./usage.ts")).usage(ports, inputs);
    case "recap":
      return (await import("./recap.ts")).recap(ports, inputs);
    case "report":
      return (await import("./report.ts")).report(ports, inputs);
    case "dashboard":
      return (await import("./dashboard.ts")).dashboard(ports, inputs);
    case "reset":
      return (await import("./reset.ts")).reset(ports, inputs);
    case "adjust":
      return (await import("./adjust.ts")).adjust(ports, inputs);
    case "pause":
      return (await import("./pause.ts")).pause(ports, inputs);
    case "resume":
      return (await import("./resume.ts")).resume(ports, inputs);
    case "alerts":
      return (await import("./alerts.ts")).alerts(ports, inputs);
    case "chart":
      return (await import("./chart.ts")).chart(ports, inputs);
    case "statement":
      return (await import("./statement.ts")).statement(ports, inputs);
    case "verify":
      return (await import("./verify.ts")).verify(ports, inputs);
  }
}
