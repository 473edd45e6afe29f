import type { Word } from "../../meter/reading/route.ts";
import { objectIn, objectOf } from "./json-object.ts";

/** opencode's names of providers, and the version that their base addresses end with. */
const PROVIDERS: readonly (readonly [id: string, word: Word, path: string])[] = [
  ["anthropic", "anthropic", "/v1"],
  ["openai", "openai", "/v1"],
  ["google", "gemini", "/v1beta"],
  ["openrouter", "openrouter", "/v1"],
];

/**
 * The text of OPENCODE_CONFIG_CONTENT with the meter's addresses in it; everything else that was there stays. Text that
 * isn't JSON is replaced: opencode refuses it, too.
 */
export function withMeterInOpencode(
  text: string | undefined,
  origin: string,
  forward: { readonly [word in Word]?: string } = {},
): string {
  const config = objectIn(text);
  const known = objectOf(config["provider"]);
  const provider = Object.fromEntries(
    PROVIDERS.map(([id, word, path]) => {
      const of = objectOf(known[id]);
      const own = objectOf(of["options"])["baseURL"];
      const set = typeof own === "string" ? own : forward[word];
      const base = set === undefined || set.endsWith(path) ? path : "";
      return [id, { ...of, options: { ...objectOf(of["options"]), baseURL: `${origin}/${word}${base}` } }];
    }),
  );
  return JSON.stringify({ ...config, provider: { ...known, ...provider } });
}

/** The base addresses that it names, by the word of their provider. */
export function opencodeBaseUrls(
  text: string | undefined,
): readonly { readonly word: Word; readonly address: string }[] {
  const known = objectOf(objectIn(text)["provider"]);
  return PROVIDERS.flatMap(([id, word]) => {
    const { baseURL } = objectOf(objectOf(known[id])["options"]);
    return typeof baseURL === "string" ? [{ word, address: baseURL }] : [];
  });
}
