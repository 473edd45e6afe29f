import * as z from "zod/mini";
import { type NanoUsd, nanoOf, usdOf } from "../values/money.ts";
import { type Day, type Instant, instantOf } from "../values/month.ts";
import type { PartPeriod } from "../values/period.ts";
import {
  encodeQuantity,
  negated,
  parseAnyQuantity,
  parseQuantity,
  QUANTITY_EXAMPLES,
  QUANTITY_FORM,
  type Quantity,
  quantityOf,
} from "../values/quantity.ts";
import type { Kind } from "./kinds.ts";

export const QUANTITY_WANTED = `an amount with its unit such as ${QUANTITY_EXAMPLES}, more than 0 (dollars need no unit)`;

/** A calendar day. */
export const day: Kind<Day> = {
  label: "a day",
  parse: (text) => (isDay(text) ? text : undefined),
  wanted: "a day such as 2026-02-24",
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** A day, or an instant with its offset from UTC, kept as a UTC instant. */
export const dayOrInstant: Kind<Day | Instant> = {
  label: "a day or instant",
  parse: (text) => {
    if (isDay(text)) return text;
    const epochMs = INSTANT.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(epochMs) ? undefined : instantOf(epochMs);
  },
  wanted: "a day such as 2026-02-24, or an instant such as 2026-02-24T18:00Z or 2026-02-24T18:00+01:00",
};

/** An amount with its unit, as an input; negative for a correction. */
export const signedQuantity: Kind<Quantity> = {
  label: "an amount with its unit",
  parse: (text) => {
    // A correction must be able to undo whatever an absurd usage file has booked.
    const quantity = parseAnyQuantity(text.replace(/^[+-]/, ""));
    return quantity !== undefined && text.startsWith("-") ? negated(quantity) : quantity;
  },
  wanted: QUANTITY_WANTED.replace(/\)$/, "; a correction may be negative)"),
};

/** A text form in the file, a different value in memory. */
export function written<T>(form: RegExp, decode: (text: string) => T | undefined, encode: (value: T) => string) {
  return z.codec(
    z.string().check(z.regex(form)),
    z.custom<T>((value) => value !== undefined),
    {
      decode: (text, context) => {
        const value = decode(text);
        if (value !== undefined) return value;
        context.issues.push({ code: "custom", input: text, message: "out of range" });
        return z.NEVER;
      },
      encode,
    },
  );
}

/** An amount in a policy file, as text: with its unit, or dollars. */
export const quantityText = written<Quantity>(QUANTITY_FORM, parseQuantity, encodeQuantity);

/** An amount in a policy file; a number is dollars. */
export const quantity = z.union([
  quantityText,
  z.codec(
    z.number().check(z.gte(1e-9), z.lt(8_388_608)),
    z.custom<Quantity>((value) => value !== undefined),
    { decode: (dollars) => quantityOf("USD", nanoOf(dollars)), encode: ({ amount }) => usdOf(amount as NanoUsd) },
  ),
]);

/** Tokens with their unit, in a policy file. */
export const tokens = written<number>(
  /^\d{1,13} tokens$/,
  (text) => parseQuantity(text)?.amount,
  (amount) => `${amount} tokens`,
);

const PERCENT = /^(\d{1,4}(?:\.\d{1,3})?)%$/;

/** "7.5%" as a number, between two bounds. */
export function percentBetween(least: number, most: number) {
  return written<number>(
    PERCENT,
    (text) => {
      const percent = Number(text.slice(0, -1));
      return percent >= least && percent <= most ? percent : undefined;
    },
    (percent) => `${percent}%`,
  );
}

const SPAN = /^(\d{4}-\d\d-\d\d)\/(\d{4}-\d\d-\d\d)$/;

/** A dated span, both days included; whether it ends before it begins is checked separately. */
export const span = written<Exclude<PartPeriod, string>>(
  SPAN,
  (text) => {
    const [, from = "", to = ""] = SPAN.exec(text) ?? [];
    return isDay(from) && isDay(to) ? { from, to } : undefined;
  },
  ({ from, to }) => `${from}/${to}`,
);

/** Whether the calendar has such a day. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
