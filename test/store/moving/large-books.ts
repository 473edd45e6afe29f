import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Entry, encodeEntry } from "../../../src/books/entry.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import { addToReplay, repairedFigures, startReplay } from "../../../src/books/verify/replay.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { instantOf, ledgerHourOf } from "../../../src/values/month.ts";
import { freshState } from "../../books/sample-books.ts";

const CLOSED_MONTHS = 24;
const FIRST_YEAR = 2024;
const HOUR_MS = 3_600_000;
const MODELS = ["claude-sonnet-4-5", "gpt-5", "gemini-2.5-pro"];

/** The state of large books, and the names of their ledger's files with what is in them. */
export type LargeBooks = { readonly state: string; readonly files: ReadonlyMap<string, string> };

/**
 * Books with about so many ledger lines, over 24 closed months and the running one; the state is what the ledger says.
 * To decide each of them would take hours.
 */
export function largeBooks(count: number): LargeBooks {
  const months = Array.from({ length: CLOSED_MONTHS + 2 }, (_, at) => Date.UTC(FIRST_YEAR, at));
  const inMonth = Math.ceil(count / (CLOSED_MONTHS + 1));
  const begun = freshState({ monthly_budget: nanoOf(100_000) }, instantOf(Date.UTC(FIRST_YEAR)));
  let replay = startReplay(begun);
  let name = "";
  let at = "";
  const files = new Map<string, string[]>();
  const book = (entry: Entry) => {
    replay = addToReplay(replay, entry);
    at = entry.at;
    name = `${ledgerHourOf(entry.at)}.ndjson`;
    const lines = files.get(name) ?? [];
    lines.push(encodeEntry(entry));
    files.set(name, lines);
  };
  for (const [index, from] of months.slice(0, -1).entries()) {
    const month = instantOf(from).slice(0, 7);
    const next = months[index + 1] ?? from;
    const begin = from + HOUR_MS;
    for (let at = 0; at < inMonth; at += 1) {
      book(chargeAt(begin + Math.floor(((next - begin) * at) / inMonth), month, index * inMonth + at));
    }
    if (index < CLOSED_MONTHS) book(rolloverOf(month, next + 60_000));
  }
  const { lastId = "", state } = replay;
  const last_entry = { file: name, id: lastId, at };
  const whole = { ...begun, ...repairedFigures(replay), current_month: state.current_month, last_entry };
  return {
    state: encodeState(whole),
    files: new Map([...files].map(([file, lines]) => [file, `${lines.join("\n")}\n`])),
  };
}

/** Writes large books into a folder. */
export function writeLargeBooks(folder: string, { state, files }: LargeBooks): void {
  for (const [name, text] of files) {
    const path = join(folder, "token_budget", "ledger", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  writeFileSync(join(folder, "token_budget.json"), state);
}

function chargeAt(ms: number, month: string, at: number): Entry {
  const cost = nanoOf(0.01 + (at % 7) / 1_000);
  const model = MODELS[at % MODELS.length] ?? "";
  return {
    ...{ id: `charge-${at}`, at: instantOf(ms), month, kind: "charge", cost, quality: "priced", profile: "review" },
    tags: { team: `team-${at % 5}`, agent: `agent-${at % 9}` },
    usage: [{ provider: "anthropic", model, input: 1_900 + (at % 311), output: 240, requests: 3, cost }],
    run: { repository: "o/r", run_id: 19_000_000_000 + at, attempt: 1, job: "agent", index: 0, workflow: "ai-pr" },
  } as Entry;
}

function rolloverOf(month: string, ms: number): Entry {
  return {
    ...{ id: `rollover-${month}`, at: instantOf(ms), month, kind: "rollover", cost: nanoOf(0), timezone: "UTC" },
  } as Entry;
}
