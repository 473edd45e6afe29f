import type { State } from "../state.ts";

type Lessons = State["profiles"][string];
type Profiles = Readonly<Record<string, Partial<Lessons>>>;

const LISTS = ["costs", "tokens", "net_tokens", "formula_tokens"] as const;

/**
 * What both the state and the ledger know about the profiles. The day on which a profile learned is not a figure:
 * version 0.1 kept none. If memory was dropped, a profile may be missing, or have only its last executions.
 */
export function knownLessons(
  state: Pick<State, "profiles" | "forgot_at">,
  replayed: Pick<State, "profiles">,
): { readonly found: Profiles; readonly expected: Profiles } {
  const [found, expected] = [withoutDays(state.profiles), withoutDays(replayed.profiles)];
  if (state.forgot_at === undefined) return { found, expected };
  const names = Object.keys(found).filter((name) => Object.hasOwn(expected, name));
  const pairs = names.map((name) => [name, lastOfBoth(found[name], expected[name])] as const);
  return {
    found: Object.fromEntries(pairs.map(([name, [is]]) => [name, is])),
    expected: Object.fromEntries(pairs.map(([name, [, shouldBe]]) => [name, shouldBe])),
  };
}

function withoutDays(profiles: State["profiles"]): Profiles {
  return Object.fromEntries(Object.entries(profiles).map(([name, { at: _, ...lessons }]) => [name, lessons]));
}

/** The newest are last: as many of both as the shorter list has. */
function lastOfBoth(
  found: Partial<Lessons> = {},
  expected: Partial<Lessons> = {},
): [found: Profiles[string], expected: Profiles[string]] {
  const is: Record<string, unknown> = {};
  const shouldBe: Record<string, unknown> = {};
  for (const list of LISTS) {
    const [a, b] = [found[list] ?? [], expected[list] ?? []];
    const length = Math.min(a.length, b.length);
    is[list] = a.slice(a.length - length);
    shouldBe[list] = b.slice(b.length - length);
  }
  return [is as Profiles[string], shouldBe as Profiles[string]];
}
