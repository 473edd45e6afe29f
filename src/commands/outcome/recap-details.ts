import type { RecapFacts } from "../../books/messages/facts.ts";
import { inCamelCase } from "../../values/camel-case.ts";

/** A month's recap for machines; dollars as numbers. */
export function recapDetails(facts: RecapFacts): Readonly<Record<string, unknown>> {
  const { forecasts } = facts;
  return inCamelCase({ ...facts, ...(forecasts !== undefined && { forecasts: inCamelCase(forecasts) }) });
}
