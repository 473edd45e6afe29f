import type { Booking } from "../../books/answer.ts";
import type { Entry, EntryUsage } from "../../books/entry.ts";
import { type NanoUsd, plus, showUsd, ZERO } from "../../values/money.ts";
import { showCount, showExact, showUnitPrice } from "../../values/show.ts";

/** A charge in detail: one line per model, then what is known about the run. All texts are plain text. */
export type BookedLine = {
  readonly model: string;
  readonly tokens: readonly string[];
  /** Dollars per million tokens, as charged. */
  readonly prices: readonly string[];
  readonly source: string;
  readonly cost: string;
};

const KINDS: readonly (readonly [key: keyof EntryUsage, noun: string])[] = [
  ["cache_read", "read from cache"],
  ["cache_write_5m", "written to cache"],
  ["cache_write_1h", "written to cache for 1 h"],
  ["output", "output"],
  ["reasoning", "of it reasoning"],
  ["audio_input", "audio in"],
  ["audio_output", "audio out"],
  ["web_searches", "web searches"],
];

const MAX_PRICES = 12;
const MAX_PARTS = 6;

/** What each model used in an entry and the unit prices it was charged at. */
export function bookedLines(entry: Pick<Entry, "usage">, limit: number): BookedLine[] {
  const named = (entry.usage ?? []).filter(({ model, input, output }) => model !== "" || input > 0 || output > 0);
  return named.slice(0, limit).map((usage) => ({
    model: [usage.model || "no model named", ...serviceOf(usage)].join(" "),
    tokens: [
      ...amountOf(usage.input, "input"),
      ...KINDS.flatMap(([key, noun]) => amountOf(usage[key], noun)),
      ...Object.entries(usage.extras ?? {}).flatMap(([kind, count]) =>
        amountOf(count, `× ${kind.replaceAll("_", " ")}`),
      ),
    ],
    prices: Object.entries(usage.prices ?? {})
      .slice(0, MAX_PRICES)
      .map(([kind, usd]) => `${showUnitPrice(usd)} ${kind.replaceAll("_", " ")}`),
    source: usage.price_source ?? "–",
    cost: usage.cost === undefined ? "not priced" : showExact(usage.cost),
  }));
}

/** How and where it was served, if that isn't the standard, and what asked for it: "(fast, us, subagent)". */
function serviceOf({ tier, region, by, estimated }: EntryUsage): string[] {
  const said = [tier, region, by, estimated && "counted by length"];
  const words = said.filter((word) => word !== undefined && word !== "");
  return words.length === 0 ? [] : [`(${words.join(", ")})`];
}

/** What of the agent spent it, the most first: "main $0.30, subagent $0.12"; undefined where no usage says it. */
function spentBy({ usage = [] }: Entry): string | undefined {
  const parts = new Map<string, NanoUsd>();
  for (const { by, cost = ZERO } of usage) if (by) parts.set(by, plus(parts.get(by) ?? ZERO, cost));
  const sorted = [...parts].sort(([, a], [, b]) => b - a).slice(0, MAX_PARTS);
  return sorted.length === 0 ? undefined : sorted.map(([by, cost]) => `${by} ${showExact(cost)}`).join(", ");
}

/** What is known about a booking, as names and values. */
export function bookedFacts(entry: Entry): (readonly [name: string, value: string])[] {
  const facts: [string, string | undefined][] = [
    ["Quality", entry.quality],
    ["What spent it", spentBy(entry)],
    ["Day", entry.anomaly ? "unusual from here on" : undefined],
    ["Size", entry.large ? "a large run" : undefined],
    [
      "Covered by a subscription",
      entry.notional === undefined ? undefined : `${showUsd(entry.notional)} at list price`,
    ],
    ["Predicted", entry.predicted === undefined ? undefined : showUsd(entry.predicted)],
    ["Released", entry.amount === undefined ? undefined : showUsd(entry.amount)],
    ["Result", entry.result],
    ["Pull request", entry.pr ?? (entry.prs === undefined ? undefined : showCount(entry.prs))],
    ["Profile", entry.profile],
    ["Usage from", entry.source],
    ["Reason", entry.reason],
    ["By", entry.actor],
    ["Entry", entry.id],
    ["Hold", entry.hold],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value] as const]));
}

/** One sentence about what an entry did to the books. */
export function bookedSentence(entry: Entry, booking?: Booking): string {
  const cost = showExact(entry.cost);
  if (entry.kind === "release") return `Released ${showUsd(entry.amount ?? entry.cost)}; nothing was charged.`;
  if (entry.kind === "correction") return `Corrected by ${cost}.`;
  if (entry.kind !== "charge") return `Booked ${cost} (${entry.kind}).`;
  const how = booking === undefined ? "" : HOW[booking.how];
  return `Booked ${cost}${entry.quality === "estimated" ? whyEstimated(entry) : ""}${how}.`;
}

function whyEstimated({ usage = [] }: Entry): string {
  const why = usage.some(({ estimated }) => estimated)
    ? "some of the usage was counted by length"
    : "the usage is not known";
  return `, estimated because ${why}`;
}

const HOW: Readonly<Record<Booking["how"], string>> = {
  settled: ", which settles its hold",
  unheld: ", without a hold",
  further: ", as a further charge of its execution",
  corrected: ", the difference from its expired hold",
  unchecked: ", though this run was not checked",
  released: "",
  repeated: ", by an earlier attempt of this booking",
  "booked-already": ", by an earlier record",
};

function amountOf(count: unknown, noun: string): string[] {
  return typeof count === "number" && count > 0 ? [`${showCount(count)} ${noun}`] : [];
}
