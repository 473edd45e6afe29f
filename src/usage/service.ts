// What providers call the service that is billed at the list price. xAI and OpenAI write "default", Vertex AI
// "ON_DEMAND", Bedrock's latency "standard".
const STANDARD: ReadonlySet<string> = new Set([
  "",
  "auto",
  "default",
  "none",
  "normal",
  "on-demand",
  "standard",
  "traffic-type-unspecified",
  "unspecified",
]);

const SAME: ReadonlyMap<string, string> = new Map([
  ["on-demand-flex", "flex"],
  ["on-demand-priority", "priority"],
  ["provisioned-throughput", "provisioned"],
]);

// What providers say where the place changes no price, or isn't known.
const NOWHERE: ReadonlySet<string> = new Set(["", "default", "global", "none", "not-available", "unknown"]);

/**
 * The service tier or speed that some words name, such as "priority", "flex", "batch" or "fast"; several ones joined by
 * "+"; empty for the standard service.
 */
export function plainTier(...words: readonly (string | undefined)[]): string {
  if (words.every((word) => word === undefined || word === "")) return "";
  const tiers = words
    .flatMap((word) => (word ?? "").split("+"))
    .map(plainWord)
    .map((word) => SAME.get(word) ?? word);
  const special = [...new Set(tiers.filter((tier) => !STANDARD.has(tier)))];
  return special.sort().join("+");
}

/** The region a word names, such as "us" or "eu-west-1"; empty if the place changes no price. */
export function plainRegion(word: string | undefined): string {
  if (word === undefined) return "";
  const region = plainWord(word);
  return NOWHERE.has(region) ? "" : region;
}

/** A provider's word in a form that is safe for a log and the books. */
function plainWord(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}
