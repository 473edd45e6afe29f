import type { Counted } from "../pricing/cost.ts";
import type { EntryUsage } from "./entry.ts";

/** What a line of the ledger counts; what it leaves out was nothing. */
export function countedIn(line: EntryUsage): Counted {
  const { input, output, requests, extras } = line;
  const { cache_read = 0, cache_write_5m = 0, cache_write_1h = 0, reasoning = 0 } = line;
  const { audio_input = 0, audio_output = 0, web_searches = 0 } = line;
  return {
    ...{ input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_output },
    ...{ web_searches, requests },
    ...(extras !== undefined && { extras }),
  };
}
