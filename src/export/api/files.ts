import type { DateSpan } from "../../values/date-span.ts";
import type { Month } from "../../values/month.ts";
import type { SchemaName } from "./api-index.ts";

/** The files of an address, one for each month that it has something of. */
export type ApiFile = {
  readonly about: string;
  readonly schema: SchemaName;
  /** "cost/tag/team/infra/{period}.json": names encoded as files are. */
  readonly template: string;
  /** The names in the template as they are in the books. */
  readonly values?: { readonly key?: string; readonly value?: string };
  readonly contents: readonly Content[];
};

/** A month of an address: its file, and what is in it, which is made when it is wanted. */
export type Content = { readonly period: Month; readonly path: string; readonly content: () => unknown };

/** The month that a span is. */
export function monthOf({ from }: DateSpan): Month {
  return from.slice(0, 7);
}

/** The file's name of a value that is among the named ones. */
export function dimensionFile(names: ReadonlyMap<string, string>, value: string): string {
  const name = names.get(value);
  if (name === undefined) throw new RangeError(`${value} has no name`);
  return name;
}
