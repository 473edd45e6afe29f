import type { Entry } from "../../books/entry.ts";
import { dayInstantOf } from "../../books/evolve.ts";
import { type Day, type TimeZone, timeOf } from "../../values/month.ts";
import { weekOf } from "../../values/period.ts";
import { tagOf } from "../../values/tags.ts";
import type { Piece } from "./pieces.ts";
import type { Dimension } from "./query.ts";

/** The values of a group, one for each dimension. */
export type Key = readonly (string | null)[];

/** An entry, and where in time it counts. */
export type Placed = { readonly entry: Entry; readonly day: Day; readonly timezone: TimeZone };

const OF_PIECES: readonly Dimension[] = ["model", "provider", "quality", "result"];
const OF_TIME: readonly Dimension[] = ["day", "week", "month"];

/** Whether the pieces of one entry may belong to different groups. */
export function isByPiece(by: readonly Dimension[]): boolean {
  return by.some((dimension) => OF_PIECES.includes(dimension));
}

/** Whether the groups of two spans can be the same ones. */
export function isComparable(by: readonly Dimension[]): boolean {
  return !by.some((dimension) => OF_TIME.includes(dimension));
}

/** Whether an entry may count in several groups. */
export function isOverlapping(by: readonly Dimension[]): boolean {
  return by.includes("budget");
}

/** The groups in which a piece of an entry counts: one, but for each of its sub-budgets. */
export function keysOf(by: readonly Dimension[], piece: Piece, placed: Placed): Key[] {
  const budgets = isOverlapping(by) ? Object.keys(placed.entry.budgets ?? {}) : [];
  const counted = budgets.length === 0 ? [null] : budgets;
  return counted.map((budget) =>
    by.map((dimension) => (dimension === "budget" ? budget : valueIn(dimension, piece, placed))),
  );
}

/** The group of what was imported in a month. */
export function keyOfImported(by: readonly Dimension[], month: string): Key {
  return by.map((dimension) => (dimension === "month" ? month : null));
}

function valueIn(dimension: Exclude<Dimension, "budget">, piece: Piece, placed: Placed): string | null {
  switch (dimension) {
    case "model":
    case "provider":
    case "quality":
    case "result":
      return piece[dimension];
    case "hour":
      return timeOf(dayInstantOf(placed.entry), placed.timezone).slice(0, 2);
    case "day":
      return placed.day;
    case "week":
      return weekOf(placed.day);
    case "month":
      return placed.day.slice(0, 7);
    default:
      return valueOfEntry(dimension, placed.entry) ?? null;
  }
}

type OfEntry = Exclude<
  Dimension,
  "budget" | "model" | "provider" | "quality" | "result" | "hour" | "day" | "week" | "month"
>;

function valueOfEntry(dimension: OfEntry, entry: Entry): string | undefined {
  const { profile, tags = {} } = entry;
  // What a maintainer corrects is no run's cost.
  const run = entry.adjustment === undefined ? (entry.run ?? {}) : {};
  switch (dimension) {
    case "profile":
      return profile;
    case "activity":
      return tagOf(tags, "activity") ?? profile;
    case "workflow":
    case "job":
    case "repository":
    case "actor":
      return run[dimension];
    case "run":
      return run.run_id === undefined ? undefined : `${run.repository ?? ""}#${run.run_id}`;
    case "pr":
      return pullOf(entry);
    default:
      return tagOf(tags, dimension.slice("tag:".length));
  }
}

/** "owner/name#12", however the pull request was given. */
function pullOf({ pull, pr, run }: Entry): string | undefined {
  if (pull !== undefined || pr === undefined) return pull?.of;
  const [, repository = run?.repository, number] = /^(?:https:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\/)?(\d+)$/.exec(pr) ?? [];
  return number === undefined || repository === undefined ? pr : `${repository}#${number}`;
}
