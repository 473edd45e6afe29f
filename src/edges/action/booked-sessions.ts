import { BOOKED_VARIABLE, type Environment } from "./inputs.ts";

/** The sessions that steps of a job have booked, as in commands/ports.ts. */
type Booked = { readonly sessions: ReadonlyMap<string, string>; readonly untilMs?: number | undefined };

/** More than any job starts; the last ones booked are kept. */
const MAX_SESSIONS = 100;

/** What is exported: an instant or none, the sessions, and the books they are in. */
export function bookedText({ sessions, untilMs }: Booked, books: string): string {
  const pairs = [...sessions].slice(-MAX_SESSIONS).map((pair) => pair.map(encodeURIComponent).join("="));
  return `${[untilMs ?? "", ...pairs].join(",")} ${books}`;
}

/** What earlier steps of this job have booked in these books; undefined if none has, or if that is unknown. */
export function bookedInEnvironment(env: Environment, books: string): Booked | undefined {
  const [text = "", ...rest] = (env[BOOKED_VARIABLE] ?? "").split(" ");
  const [until = "", ...pairs] = text.split(",");
  if (rest.join(" ") !== books || !/^\d{0,15}$/.test(until)) return undefined;
  try {
    const sessions = new Map(
      pairs.slice(-MAX_SESSIONS).map((pair) => {
        const [session = "", digest = ""] = pair.split("=").map(decodeURIComponent);
        return [session, digest];
      }),
    );
    return { sessions, ...(until !== "" && { untilMs: Number(until) }) };
  } catch {
    return undefined;
  }
}
