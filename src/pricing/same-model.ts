import type { UsageLine } from "../usage/usage.ts";
import { isDated, modelId, providerId, withoutVersion } from "./model-id.ts";

type Named = Pick<UsageLine, "model" | "provider" | "asked">;

/** Platforms where the same model is another purchase, and whose requests no file confuses with the maker's. */
const PLATFORMS: ReadonlySet<string> = new Set(["aws", "azure"]);

/**
 * Whether two tools may mean the same model of the same provider: they differ in dates, versions and prefixes, and in
 * whether they name the maker or who sells it. A line without a model may be any. Of a line that says which model was asked
 * for, a tool may mean that one.
 */
export function isSameModel(a: Named, b: Named): boolean {
  if (a.model === "" || b.model === "") return true;
  return namesOf(a).some((one) => namesOf(b).some((other) => isSameName(one, other)));
}

/** The name that was answered, and the one that was asked for. */
function namesOf({ provider, model, asked }: Named): Named[] {
  return [{ provider, model }, ...(asked === undefined ? [] : [{ provider, model: asked }])];
}

function isSameName(a: Named, b: Named): boolean {
  if (platformOf(a) !== platformOf(b)) return false;
  const [short = "", long = ""] = [plainId(a.model), plainId(b.model)].sort((one, other) => one.length - other.length);
  return long.startsWith(short) && (long === short || isDated(long.slice(short.length)));
}

function platformOf({ provider, model }: Named): string {
  return [providerId(provider), modelId(model).host].find((name) => PLATFORMS.has(name)) ?? "";
}

/** "anthropic/claude-sonnet-4.5[1m]" and "claude-4.5-sonnet-latest" are "claude-sonnet-4-5". */
function plainId(model: string): string {
  return withoutVersion(modelId(model).id)
    .replace(/^.*\//, "")
    .replaceAll(".", "-")
    .replace(/-latest$/, "")
    .replace(/^claude-(\d(?:-\d)?)-([a-z]+)/, "claude-$2-$1");
}
