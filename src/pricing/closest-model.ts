import type { ModelInfo, Provider } from "@pydantic/genai-prices";
import type { UsageLine } from "../usage/usage.ts";
import { modelId, providerId } from "./model-id.ts";

/** The provider whose models are searched if a line names no provider that the table knows. */
const MAKERS = [
  "anthropic",
  "openai",
  "google",
  "x-ai",
  "deepseek",
  "mistral",
  "moonshotai",
  "zai",
  "minimax",
  "cohere",
];

/** At least this much of a name, from its beginning on, makes another one similar. */
const SIMILAR_SHARE = 0.4;
const SIMILAR_LENGTH = 4;

type FindProvider = (options: { providerId: string }) => Provider | undefined;

/** The models of the table whose names are most similar to a line's, the most similar one first. */
export function similarModels(line: UsageLine, findProvider: FindProvider): { model: ModelInfo; provider: string }[] {
  const { id, host } = modelId(line.model);
  const own = findProvider({ providerId: providerId(line.provider) || host });
  const providers = own ? [own] : MAKERS.flatMap((name) => findProvider({ providerId: name }) ?? []);
  const least = Math.max(SIMILAR_LENGTH, id.length * SIMILAR_SHARE);
  return providers
    .flatMap((provider) => provider.models.map((model) => ({ model, provider: provider.id })))
    .map((one) => ({ ...one, likeness: likenessOf(id, one.model.id.toLowerCase()) }))
    .filter(({ likeness }) => likeness[0] >= least)
    .sort((a, b) => b.likeness[0] - a.likeness[0] || b.likeness[1] - a.likeness[1] || newerFirst(a.model, b.model));
}

/** How many characters two names share from the beginning on, and from the end on. */
function likenessOf(a: string, b: string): readonly [beginning: number, end: number] {
  return [sharedLength(a, b), sharedLength([...a].reverse().join(""), [...b].reverse().join(""))];
}

/** By length, then the higher number in a name. */
function newerFirst(a: ModelInfo, b: ModelInfo): number {
  return a.id.length - b.id.length || (a.id < b.id ? 1 : -1);
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
