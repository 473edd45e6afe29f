import { countIn, objectsInList, partIn } from "../count-in.ts";
import { type ExtraKind, extrasAdded } from "../extras.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { plainRegion, plainTier } from "../service.ts";
import { type Service, serviceOfUsage } from "./claude-code-figures.ts";
import { groundingOf, type ToolUse } from "./provider-tools.ts";

/** Tools that providers run themselves and bill, by the names the SDK gives their calls. */
const BILLED: ReadonlyMap<string, ExtraKind> = new Map([
  ["web_search_preview", "preview_search"],
  ["file_search", "file_search"],
  ["code_interpreter", "code_session"],
  ["image_generation", "image"],
  ["x_search", "x_search"],
] as const);

/** How the provider says it served a request, in its own words. */
export function serviceOfMetadata(metadata: JsonObject | undefined): Service {
  const providers = Object.values(metadata ?? {}).filter(isObject);
  const tiers = providers.flatMap((one) => [
    textIn(one, "serviceTier"),
    textIn(objectIn(one, "serviceTier") ?? {}, "type"),
    textIn(objectIn(one, "performanceConfig") ?? {}, "latency"),
    textIn(objectIn(one, "usageMetadata") ?? {}, "trafficType"),
    textIn(objectIn(one, "usageMetadata") ?? {}, "serviceTier"),
  ]);
  const ofUsage = providers.map((one) => serviceOfUsage(objectIn(one, "usage") ?? {}));
  const region = ofUsage.map((service) => plainRegion(service?.region)).find((place) => place !== "");
  return { tier: plainTier(...tiers, ...ofUsage.map((service) => service?.tier)), region: region ?? "" };
}

/** What the provider's own tools did for a result or a step. */
export function toolsOfResult(result: JsonObject, metadata: JsonObject | undefined, model: string): ToolUse {
  const providers = Object.values(metadata ?? {}).filter(isObject);
  const grounding = providers.map((one) => partIn(one, "groundingMetadata")).filter(isObject);
  const names = objectsInList(result, "toolCalls")
    .filter((call) => own(call, "providerExecuted") === true)
    .map((call) => textIn(call, "toolName"));
  const billed = names.flatMap((name) => {
    const kind = BILLED.get(name);
    return kind === undefined ? [] : [{ [kind]: 1 }];
  });
  const reported = providers.map((one) =>
    countIn(partIn(partIn(one, "usage"), "server_tool_use"), "web_search_requests"),
  );
  return {
    web_searches: Math.max(names.filter((name) => name === "web_search").length, ...reported),
    extras: extrasAdded([...billed, groundingOf(grounding, model)]),
  };
}
