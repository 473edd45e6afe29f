import { addCounts } from "../values/counts.ts";
import { type NanoUsd, plus, ZERO } from "../values/money.ts";
import { dayOf, type Instant } from "../values/month.ts";
import { tokensIn } from "./counted-tokens.ts";
import type { Entry } from "./entry.ts";
import { MAX_PROFILES, PROFILE_COSTS, profileKey } from "./profiles.ts";
import type { State } from "./state.ts";

/**
 * What a profile learns from an entry: the cost of a whole execution, measured and paid for; undefined for nothing. A
 * further charge adds to what was learned from its execution.
 */
function lessonOf(entry: Entry): NanoUsd | undefined {
  if (entry.profile === undefined || entry.quality === "estimated" || entry.quality === undefined) return undefined;
  // Without its own usage it only repeats what earlier runs of its session were charged.
  if (entry.further || entry.notional !== undefined || (entry.usage ?? []).length === 0) return undefined;
  return plus(entry.cost, entry.replaces ?? ZERO);
}

/** The state after an entry from which its profile learns. */
export function withLesson(state: State, entry: Entry): State {
  if (entry.adds_to !== undefined) return withFurtherLesson(state, entry, entry.adds_to);
  const cost = lessonOf(entry);
  if (cost === undefined || entry.profile === undefined) return state;
  const usage = entry.usage ?? [];
  const tokens = addCounts(...usage.flatMap((line) => [line.input, line.output]));
  const isInPart = entry.budgets !== undefined;
  const { at, formula_tokens: formula } = entry;
  const lesson = { cost, tokens, net: tokensIn(usage).net, isInPart, formula, at };
  const [only] = usage;
  const model = usage.length === 1 && only !== undefined && only.model !== "" ? only.model : undefined;
  let profiles = learned(state.profiles, profileKey(entry.profile, undefined), lesson);
  // The formula is calibrated by profile alone.
  const byModel = { ...lesson, formula: undefined };
  if (model !== undefined) profiles = learned(profiles, profileKey(entry.profile, model), byModel);
  return { ...state, profiles };
}

/** An execution that cost more than was learned from it: its lesson is the sum of its charges. */
function withFurtherLesson(state: State, entry: Entry, learned: NanoUsd): State {
  const usage = entry.usage ?? [];
  const tokens = addCounts(...usage.flatMap((line) => [line.input, line.output]));
  const more = { learned, cost: entry.cost, tokens, net: tokensIn(usage).net };
  const key = profileKey(entry.profile ?? "", undefined);
  const taught = Object.entries(state.profiles).flatMap(([one, lessons]) => {
    const after = one === key || one.startsWith(`${key}@`) ? lessonsWith(lessons, more) : undefined;
    return after === undefined ? [] : [[one, after] as const];
  });
  // Several models that cost the same can't be distinguished.
  const isOneModel = taught.filter(([one]) => one !== key).length === 1;
  const sure = taught.filter(([one]) => one === key || isOneModel);
  return sure.length === 0 ? state : { ...state, profiles: { ...state.profiles, ...Object.fromEntries(sure) } };
}

/** The lessons with more of one of them; undefined if it is no longer among them. Lists end with the newest. */
function lessonsWith(
  lessons: State["profiles"][string],
  more: { readonly learned: NanoUsd; readonly cost: NanoUsd; readonly tokens: number; readonly net: number },
): State["profiles"][string] | undefined {
  const fromEnd = lessons.costs.length - lessons.costs.lastIndexOf(more.learned);
  if (fromEnd > lessons.costs.length) return undefined;
  const added = <Amount extends number>(list: readonly Amount[], add: (amount: Amount) => Amount) =>
    list.map((amount, index) => (list.length - index === fromEnd ? add(amount) : amount));
  const { tokens, net_tokens: net } = lessons;
  return {
    ...lessons,
    costs: added(lessons.costs, (cost) => plus(cost, more.cost)),
    ...(tokens !== undefined && { tokens: added(tokens, (count) => addCounts(count, more.tokens)) }),
    ...(net !== undefined && { net_tokens: added(net, (count) => addCounts(count, more.net)) }),
  };
}

type Lesson = {
  readonly cost: NanoUsd;
  readonly tokens: number;
  readonly net: number;
  readonly isInPart: boolean;
  readonly formula: number | undefined;
  readonly at: Instant;
};

/** The profile that learned last is last; the one that hasn't learned for the longest time makes room. */
function learned(profiles: State["profiles"], key: string, lesson: Lesson): State["profiles"] {
  const { cost, tokens, net, isInPart, formula, at } = lesson;
  const { [key]: before, ...others } = profiles;
  const kept = Object.entries(others).slice(-(MAX_PROFILES - 1));
  return {
    ...Object.fromEntries(kept),
    [key]: {
      ...before,
      costs: [...(before?.costs ?? []), cost].slice(-PROFILE_COSTS),
      tokens: [...(before?.tokens ?? []), tokens].slice(-PROFILE_COSTS),
      ...((isInPart || before?.net_tokens !== undefined) && {
        net_tokens: [...(before?.net_tokens ?? []), net].slice(-PROFILE_COSTS),
      }),
      ...((formula !== undefined || before?.formula_tokens !== undefined) && {
        formula_tokens: [...(before?.formula_tokens ?? []), formula ?? 0].slice(-PROFILE_COSTS),
      }),
      at: dayOf(at, "UTC"),
    },
  };
}
