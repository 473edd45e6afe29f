import type { Finding } from "../../report/findings-text.ts";

/** Who says what time it is, as it is named in a sentence, and both clocks in milliseconds since 1970. */
type Clocks = { readonly whose: "GitHub's" | "the database's"; readonly theirsMs: number; readonly machineMs: number };

/** The machine's clock is used for little; its tolerance is the rounding of GitHub's instants. */
export function clockFinding({ whose, theirsMs, machineMs }: Clocks): Finding {
  const seconds = Math.round(Math.abs(machineMs - theirsMs) / 1000);
  if (seconds <= 60) return { tone: "good", about: "Clock", text: `agrees with ${whose} to the minute.` };
  const text = `this machine's clock is ${seconds} seconds ${machineMs > theirsMs ? "ahead of" : "behind"} ${whose}. Months follow ${whose} clock; this one decides whether a usage file is new.`;
  const fix = { text: "Synchronize this machine's clock over the network (NTP)." };
  return { tone: "warn", about: "Clock", text, fix };
}
