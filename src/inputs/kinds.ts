import { decodeCount } from "../values/counts.ts";
import { SPAN_WORDS, spanOf } from "../values/date-span.ts";
import { decodeUsd, type NanoUsd } from "../values/money.ts";
import { isTimeZone, MONTH_PATTERN, type Month, type TimeZone } from "../values/month.ts";

/** A form of input: how its text is parsed, and what to write if it can't be. */
export type Kind<T> = {
  /** What it is, for reference pages: "dollars". */
  readonly label: string;
  /**
   * The value, or undefined for text of another form. The text is trimmed; it is empty only if that means something.
   */
  readonly parse: (text: string) => T | undefined;
  /** The allowed words, if there are only a few. */
  readonly words?: readonly string[];
  /** What to write instead, to follow "write": "plain dollars such as 15". */
  readonly wanted: string;
  /** The word that was probably meant by a text that can't be parsed. */
  readonly meant?: (text: string) => string | undefined;
};

const PLAIN_DECIMAL = /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/;

/** A plain decimal, with or without a minus sign; undefined for anything else. */
export function decodeDecimal(text: string): number | undefined {
  return PLAIN_DECIMAL.test(text) ? Number(text) : undefined;
}

const DOLLARS = "a plain decimal of US dollars such as 15 or 9.77 (no sign, no $, no commas, at most nine decimals)";

export const usd: Kind<NanoUsd> = { label: "dollars", parse: decodeUsd, wanted: DOLLARS };

/** Dollars of at least this many nano-dollars. */
function usdFrom(least: number, wanted: string): Kind<NanoUsd> {
  return {
    label: "dollars",
    parse: (text) => {
      const amount = decodeUsd(text);
      return amount !== undefined && amount >= least ? amount : undefined;
    },
    wanted,
  };
}

export const positiveUsd = usdFrom(1, `${DOLLARS}, more than 0`);

/** The smallest step between two milestones, in dollars: smaller ones would only flood the channel. */
export const MIN_INTERVAL = 0.01;

/** The longest a workflow run can last, 35 days, in minutes. */
export const MAX_HOLD_MINUTES = 50_400;

export const intervalUsd = usdFrom(MIN_INTERVAL * 1e9, `${DOLLARS}, at least ${MIN_INTERVAL}`);

export const usdOrAuto: Kind<NanoUsd | "auto"> = {
  label: "dollars or auto",
  parse: (text) => (text === "auto" ? "auto" : positiveUsd.parse(text)),
  wanted: `auto, or ${positiveUsd.wanted}`,
};

/** A whole number between two inclusive bounds. */
export function wholeNumber(range: { least: number; most: number; unit: string }): Kind<number> {
  return {
    label: range.unit,
    parse: (text) => {
      const number = decodeCount(text);
      return number !== undefined && number >= range.least && number <= range.most ? number : undefined;
    },
    wanted: `a whole number of ${range.unit} from ${range.least} to ${range.most}`,
  };
}

export const count: Kind<number> = {
  label: "a whole number",
  parse: decodeCount,
  wanted: "a whole number, 0 or more, digits only",
};

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[]): Kind<T> {
  return {
    label: words.join(" or "),
    words,
    parse: (text) => words.find((word) => word === text),
    wanted: words.length === 2 ? words.join(" or ") : `one of ${words.join(", ")}`,
  };
}

/** What happens to a metered run that costs more than was set aside for it; the strictest last. */
export const OVERRUNS = ["warn", "extend", "stop"] as const;
export const METER_USAGES = ["exact", "passive"] as const;
export const METER_MODELS = ["any", "enforce"] as const;

/** The percentages of its estimate at which a run that is still running is announced. */
export const MIN_OVERRUN = 1;
export const MAX_OVERRUN = 10_000;

/** A whole percentage, with or without its sign. */
export const overrunPercent: Kind<number> = {
  label: "a percentage",
  parse: (text) => {
    const percent = decodeCount(text.replace(/%$/, ""));
    return percent !== undefined && percent >= MIN_OVERRUN && percent <= MAX_OVERRUN ? percent : undefined;
  },
  wanted: `a whole percentage from ${MIN_OVERRUN} to ${MAX_OVERRUN}, such as 110`,
};

/** true or false, in the spellings of YAML's core schema. */
export const yesNo: Kind<boolean> = {
  label: "true or false",
  words: ["true", "false"],
  parse: (text) => {
    if (/^(true|True|TRUE)$/.test(text)) return true;
    return /^(false|False|FALSE)$/.test(text) ? false : undefined;
  },
  wanted: "true or false",
};

/** A span of days by its name; which days it is may depend on today. */
export const spanText: Kind<string> = {
  label: "a span of days",
  parse: (text) => (spanOf(text, "2026-01-01") === undefined ? undefined : text),
  wanted: `a span such as 2026-02-14, 2026-W07, 2026-02, 2026-Q1, 2026, 2026-02-01/2026-02-14, ${SPAN_WORDS.join(", ")}`,
};

export const month: Kind<Month> = {
  label: "a month",
  parse: (text) => (MONTH_PATTERN.test(text) ? text : undefined),
  wanted: "a month such as 2026-02",
};

/** An IANA name: offsets such as +01:00 have no daylight saving time, so they are refused. */
export const timezone: Kind<TimeZone> = {
  label: "a time zone",
  parse: (text) => (/^[A-Za-z]/.test(text) && isTimeZone(text) ? text : undefined),
  wanted: "an IANA time zone such as Europe/Berlin or UTC",
};
