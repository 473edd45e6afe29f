import { type UsageFacts, type UsageLine, usageLine } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** What one call, step or model of a file says. */
export type Said = {
  /** Names, time and service, no counts. */
  readonly about: UsageFacts;
  /** What was counted. May throw a UsageError. */
  readonly counts: () => UsageFacts;
  /** What the tool says it cost, and whether that is a bill. May throw a UsageError. */
  readonly cost?: () => Pick<UsageFacts, "reported_cost" | "billed">;
};

/** The lines that make sense, and sentences: what else is missing, and what was done about the rest. */
export type SoundLines = {
  readonly lines: readonly UsageLine[];
  readonly missing: readonly string[];
  readonly notes: readonly string[];
};

/**
 * A part of the usage that makes no sense, and what became of it: nothing, the tool's cost, or only its cost is lost.
 */
export type Odd = { readonly fate: "lost" | "claimed" | "unclaimed"; readonly error: UsageError };

/**
 * The lines of a file in which some may make no sense: such a line has the tool's own cost if the tool states one,
 * otherwise it is missing, and the others stay. A cost that makes no sense is left out. Throws a UsageError
 * ("bad-usage"), the first one, where nothing makes sense.
 */
export function soundLines(all: Iterable<Said>): SoundLines {
  const lines: UsageLine[] = [];
  const odd: Odd[] = [];
  let first: UsageError | undefined;
  for (const said of all) {
    const line = attempted(() => usageLine({ ...said.about, ...said.counts(), ...said.cost?.() }));
    if (!(line instanceof UsageError)) {
      lines.push(line);
      continue;
    }
    first ??= line;
    const rest = restOf(said);
    if (rest.line) lines.push(rest.line);
    odd.push({ fate: rest.fate, error: rest.error ?? line });
  }
  if (first !== undefined && lines.length === 0) throw first;
  return { lines, ...sentencesOn(odd) };
}

/** What can be taken from an odd line: its counts without its cost, otherwise only its cost. */
function restOf({ about, counts, cost }: Said): Pick<Odd, "fate"> & { line?: UsageLine; error?: UsageError } {
  const claim = attempted(() => cost?.() ?? {});
  const counted = attempted(() => usageLine({ ...about, ...counts() }));
  if (!(counted instanceof UsageError)) {
    return { fate: "unclaimed", line: counted, ...(claim instanceof UsageError && { error: claim }) };
  }
  if (claim instanceof UsageError || !claim.reported_cost) return { fate: "lost", error: counted };
  const line = attempted(() => usageLine({ requests: 1, ...about, ...claim }));
  return line instanceof UsageError ? { fate: "lost", error: line } : { fate: "claimed", line, error: counted };
}

/** What is made of a part of a file; the error where it makes no sense. */
export function attempted<T>(make: () => T): T | UsageError {
  try {
    return make();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function reasonOf({ message }: UsageError): string {
  return message.replace(/^The usage makes no sense: /, "").replace(/\.$/, "");
}

/** What is missing for odd parts, and what was done about the others, in sentences. */
export function sentencesOn(odd: readonly Odd[]): Pick<SoundLines, "missing" | "notes"> {
  const sentence = (fate: Odd["fate"], one: string, several: (count: number) => string) => {
    const reasons = odd.filter((each) => each.fate === fate).map(({ error }) => reasonOf(error));
    if (reasons.length === 0) return [];
    return [`${reasons.length === 1 ? one : several(reasons.length)} (${reasons[0]}).`];
  };
  return {
    missing: sentence(
      "lost",
      "One part of the usage makes no sense and has no cost: its usage is unknown",
      (count) => `${count} parts of the usage make no sense and have no cost: their usage is unknown`,
    ),
    notes: [
      ...sentence(
        "claimed",
        "One part of the usage makes no sense: the tool's own cost is used instead",
        (count) => `${count} parts of the usage make no sense: the tool's own costs are used instead`,
      ),
      ...sentence(
        "unclaimed",
        "One cost that the tool states makes no sense and is left out",
        (count) => `${count} costs that the tool states make no sense and are left out`,
      ),
    ],
  };
}
