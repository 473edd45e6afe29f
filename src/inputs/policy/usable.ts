import * as z from "zod/mini";
import { BudgetError } from "../../values/errors.ts";
import { contradictionsIn } from "./checks.ts";
import { decodePolicy, loadYaml } from "./decode.ts";
import { type Policy, policySchema } from "./policy.ts";
import { POLICY_PATH } from "./policy-path.ts";

/** Which keys of a policy file can't be used: some of them, or the file as a whole. */
export type BrokenKeys = ReadonlySet<keyof Policy> | "all";

/** As much of a policy file as can be used, and what is wrong with the rest. */
export type PartialPolicy = {
  readonly policy: Policy;
  readonly broken: BrokenKeys;
  readonly problem: BudgetError | undefined;
};

/**
 * As much of a policy file's text as can be used, for bookings, which only the books themselves can stop: every key
 * that is valid by itself, and every model in the prices that is. Never throws because of the file's content.
 */
export async function decodePolicyLeniently(text: string, path: string = POLICY_PATH): Promise<PartialPolicy> {
  try {
    return { policy: await decodePolicy(text, path), broken: new Set(), problem: undefined };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { ...(await usableKeys(text, path)), problem: error };
  }
}

async function usableKeys(text: string, path: string): Promise<Pick<PartialPolicy, "policy" | "broken">> {
  const unusable = { policy: {}, broken: "all" as const };
  const value = await loadYaml(text, path).catch(() => undefined);
  const keys: unknown = value?.value;
  if (typeof keys !== "object" || keys === null || Array.isArray(keys)) return unusable;
  const known = Object.entries(policySchema.shape).filter(([key]) => Object.hasOwn(keys, key));
  const decoded = known.map(([key, schema]) => [key, usableValue(key, schema, (keys as Json)[key])] as const);
  const policy = Object.fromEntries(decoded.flatMap(([key, of]) => (of.isUsable ? [[key, of.value]] : []))) as Policy;
  const broken = new Set(decoded.flatMap(([key, of]) => (of.isUsable ? [] : [key as keyof Policy])));
  for (const { path: at } of contradictionsIn(policy)) broken.add(at[0] as keyof Policy);
  const kept = Object.entries(policy).filter(([key]) => !broken.has(key as keyof Policy));
  return { policy: Object.fromEntries(kept) as Policy, broken };
}

type Json = Readonly<Record<string, unknown>>;
type Usable = { readonly isUsable: true; readonly value: unknown } | { readonly isUsable: false };

function usableValue(key: string, schema: z.ZodMiniType, value: unknown): Usable {
  const result = z.safeDecode(schema, value as never);
  if (result.success) return { isUsable: true, value: result.data };
  if (key !== "prices" || typeof value !== "object" || value === null) return { isUsable: false };
  const models = Object.entries(value).filter(([model, of]) => z.safeDecode(schema, { [model]: of } as never).success);
  return { isUsable: true, value: Object.fromEntries(models) };
}
