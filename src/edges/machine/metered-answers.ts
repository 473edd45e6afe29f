import { readFile, stat } from "node:fs/promises";
import type { AnswersRead } from "../../commands/meter/meter-read.ts";
import type { MeteredAnswers, Ports } from "../../commands/operation/ports.ts";
import { hashedId, recordedIds } from "../../meter/record.ts";
import type { IsMetered } from "../../usage/reader.ts";

/** A run with more answers than this is joined with its files by models alone. */
const MOST_ANSWERS = 20_000;
/** More than so many answers take. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Whether a meter recorded the answer with an id, as its provider gave it. */
export function isMeteredOf({ salt, ids }: MeteredAnswers): IsMetered {
  const known = new Set(ids);
  return (id) => known.has(hashedId(salt, id));
}

/** The answers in a meter's record; undefined where there are too many of them. `salt` is the meter's control word. */
async function answersIn(record: string, salt: string) {
  const { size } = await stat(record).catch(() => ({ size: 0 }));
  if (size > MOST_BYTES) return undefined;
  const { ids, nameless } = recordedIds(size === 0 ? "" : await readFile(record, "utf8"));
  return ids.length > MOST_ANSWERS ? undefined : { known: { salt, ids }, nameless };
}

type Read = Pick<Ports, "readUsage" | "findSessions">;

/** How usage is read of a run whose meter kept this record, and what is known of its answers. */
export async function joiningById(
  { readUsage, findSessions }: Read,
  record: string,
  salt: string,
): Promise<Read & { readonly answers: AnswersRead }> {
  const found = await answersIn(record, salt);
  if (found === undefined) return { readUsage, findSessions, answers: { nameless: [], areTooMany: true } };
  const { known, nameless } = found;
  return {
    readUsage: (texts) => readUsage(texts, known),
    findSessions: (sinceMs) => findSessions(sinceMs, known),
    answers: { nameless, areTooMany: false },
  };
}
