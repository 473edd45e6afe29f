/** What can be asked for; `guard` needs a step's post part, `run` and `init` a terminal. */
export const COMMANDS = [
  "guard",
  "check",
  "record",
  "release",
  "status",
  "usage",
  "recap",
  "reset",
  "adjust",
  "verify",
  "doctor",
  "run",
  "init",
] as const;
export type Command = (typeof COMMANDS)[number];

/** The workflow's edge or the terminal's: not all commands and options exist on both. */
export type Edge = "action" | "terminal";

export const COMMANDS_OF: Readonly<Record<Edge, readonly Command[]>> = {
  action: COMMANDS.filter((command) => command !== "run" && command !== "init"),
  terminal: COMMANDS.filter((command) => command !== "guard"),
};
