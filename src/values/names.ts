import { isVisibleAscii } from "./foreign-text.ts";

/** The longest name that is a key in the state. */
const MAX_KEY_LENGTH = 128;

/**
 * A name as a key of a JSON object: control characters out, cut to 128 characters, never one that an object
 * understands otherwise.
 */
export function plainKey(name: string): string {
  const plain = (isVisibleAscii(name) ? name : name.replace(/\p{Cc}+/gu, " "))
    .trim()
    .slice(0, MAX_KEY_LENGTH)
    // The cut may be in the middle of a character.
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
  if (plain === "") return "unnamed";
  return plain in {} || plain === "prototype" ? `_${plain}` : plain;
}

/** The prefix of a provider's token counters; Anthropic's have been `claude_…` since version 1.0. */
export function counterPrefix(provider: string | undefined): string {
  if (provider === undefined || provider === "") return "unknown";
  return provider === "anthropic" ? "claude" : plainKey(provider).replace(/[^A-Za-z0-9-]+/g, "_");
}
