import type { Entry } from "../../books/entry.ts";
import { weekOf } from "../../values/period.ts";
import { tagOf } from "../../values/tags.ts";
import { activityOf } from "../activity.ts";
import type { Placed } from "./calendar.ts";
import type { Piece } from "./pieces.ts";
import type { Dimension } from "./query.ts";

/** The values of a group, one for each dimension. */
export type Key = readonly (string | null)[];

const OF_PIECES: readonly Dimension[] = ["model", "provider", "agent-part", "quality", "result"];
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

/** The group of what was imported in a month. */
export function keyOfImported(by: readonly Dimension[], month: string): Key {
  return by.map((dimension) => (dimension === "month" ? month : null));
}

/** Reads the values of a dimension that a piece of an entry has: one, but for the sub-budgets in which it counts. */
export type Reader = (piece: Piece, placed: Placed) => string | null | readonly string[];

/** The readers of a report's dimensions, made once: they are asked for every piece of a ledger. */
export function readersOf(by: readonly Dimension[]): Reader[] {
  return by.map(readerOf);
}

function readerOf(dimension: Dimension): Reader {
  switch (dimension) {
    case "model":
    case "provider":
    case "quality":
    case "result":
      return (piece) => piece[dimension];
    case "agent-part":
      return (piece) => piece.agentPart;
    case "budget":
      return (_, { entry: { budgets } }) => {
        const names = budgets === undefined ? [] : Object.keys(budgets);
        return names.length === 0 ? null : names;
      };
    case "hour":
    case "day":
      return (_, placed) => placed[dimension];
    case "week":
      return (_, { day }) => weekOf(day);
    case "month":
      return (_, { day }) => day.slice(0, 7);
    default:
      return readerOfEntry(dimension);
  }
}

type OfEntry = Exclude<
  Dimension,
  "model" | "provider" | "agent-part" | "quality" | "result" | "budget" | "hour" | "day" | "week" | "month"
>;

function readerOfEntry(dimension: OfEntry): Reader {
  switch (dimension) {
    case "profile":
      return (_, { entry }) => entry.profile ?? null;
    case "activity":
      return (_, { entry }) => activityOf(entry);
    case "workflow":
    case "job":
    case "repository":
    case "actor":
    case "event":
    case "ref":
      return (_, { entry }) => runOf(entry)[dimension] ?? null;
    case "run":
      return (_, { entry }) => {
        const { repository = "", run_id } = runOf(entry);
        return run_id === undefined ? null : `${repository}#${run_id}`;
      };
    case "pr":
      return (_, { entry }) => pullOf(entry) ?? null;
    default: {
      const name = dimension.slice("tag:".length);
      return (_, { entry }) => (entry.tags === undefined ? null : (tagOf(entry.tags, name) ?? null));
    }
  }
}

/** What a maintainer corrects is no run's cost. */
export function runOf({ adjustment, run }: Entry): NonNullable<Entry["run"]> {
  return adjustment === undefined && run !== undefined ? run : NO_RUN;
}

const NO_RUN = {};

/** "owner/name#12", however the pull request was given. */
export function pullOf({ pull, pr, run }: Entry): string | undefined {
  if (pull !== undefined || pr === undefined) return pull?.of;
  const [, repository = run?.repository, number] = /^(?:https:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\/)?(\d+)$/.exec(pr) ?? [];
  return number === undefined || repository === undefined ? pr : `${repository}#${number}`;
}
