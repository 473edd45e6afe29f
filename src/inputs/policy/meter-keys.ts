import * as z from "zod/mini";
import { meterHost } from "../../values/meter-host.ts";
import { MAX_OVERRUN, MIN_OVERRUN } from "../kinds.ts";
import { written } from "../quantities.ts";

const MAX_HOSTS = 20;

export const METER_BATCHES = ["refuse", "allow"] as const;

const inRange = (percent: number) => percent >= MIN_OVERRUN && percent <= MAX_OVERRUN;

/** A whole percentage, as a number or with its sign. */
export const overrunAlert = z.union([
  z.int().check(z.gte(MIN_OVERRUN), z.lte(MAX_OVERRUN)),
  written<number>(
    /^\d{1,5}%$/,
    (text) => [Number(text.slice(0, -1))].find(inRange),
    (percent) => `${percent}%`,
  ),
]);

/** Hosts beside the providers' own that the meter may forward to. */
export const meterHosts = z
  .array(z.string().check(z.refine((text) => meterHost(text) !== undefined)))
  .check(z.maxLength(MAX_HOSTS));

export const METER_HOSTS_WANTED = `a list of at most ${MAX_HOSTS} hosts such as ai-gateway.example.com or ai-gateway.example.com:8443; http:// before one allows requests without TLS`;
