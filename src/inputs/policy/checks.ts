import { looksAlike } from "../../values/closest.ts";
import { showValue } from "../show-value.ts";
import type { Contradiction } from "./contradiction.ts";
import type { PartKeys } from "./part-keys.ts";
import type { Policy } from "./policy.ts";
import { statementContradictions } from "./statement-checks.ts";

/** The contradictions in a policy: names given twice, spans that end before they begin, approval by nobody. */
export function contradictionsIn(policy: Policy): Contradiction[] {
  const parts = policy.budgets ?? [];
  return [
    ...sameNames(parts),
    ...parts.flatMap((part, index) => partContradictions(part, index, policy)),
    ...admitContradictions(policy),
    ...misspelledTags(policy),
    ...notifyContradictions(policy),
    ...statementContradictions(policy),
  ];
}

function notifyContradictions({ notify = {}, budgets = [] }: Policy): Contradiction[] {
  const { kinds, discord, routes = [] } = notify;
  const isKnown = (named: string) => budgets.some(({ name }) => named === name || named.startsWith(`${name}/`));
  return [
    ...(kinds !== undefined && discord !== undefined
      ? [{ path: ["notify", "discord"], text: "is the former name of kinds, which is there too: remove it" }]
      : []),
    ...routes.flatMap((route, index) =>
      (route.budgets ?? []).flatMap((named, at) =>
        isKnown(named)
          ? []
          : [
              {
                path: ["notify", "routes", index, "budgets", at],
                text: `is ${showValue(named)}, which no sub-budget is called`,
              },
            ],
      ),
    ),
  ];
}

function sameNames(parts: readonly PartKeys[]): Contradiction[] {
  const first = new Map<string, string>();
  return parts.flatMap(({ name }, index) => {
    const known = first.get(name.toLowerCase());
    first.set(name.toLowerCase(), known ?? name);
    if (known === undefined) return [];
    const other = known === name ? "" : ` (the other is ${showValue(known)}; upper and lower case don't count)`;
    return [
      { path: ["budgets", index, "name"], text: `is the name of two sub-budgets${other}: give each its own name` },
    ];
  });
}

function partContradictions(part: PartKeys, index: number, policy: Policy): Contradiction[] {
  const { period } = part;
  const found: Contradiction[] = [];
  if (typeof period === "object" && period.to < period.from) {
    found.push({
      path: ["budgets", index, "period"],
      text: `ends on ${period.to}, before it begins on ${period.from}: write the earlier day first`,
    });
  }
  if (part["on-exceed"] === "approve" && policy["approval-environment"] === undefined) {
    found.push({
      path: ["budgets", index, "on-exceed"],
      text: "is approve, but nobody can approve: set approval-environment to an environment, or write deny or warn",
    });
  }
  return found;
}

function admitContradictions({ admit }: Policy): Contradiction[] {
  const { normal, low } = admit ?? {};
  if (normal === undefined || low === undefined || low <= normal) return [];
  return [
    { path: ["admit", "low"], text: `is ${low}%, above normal's ${normal}%: low waits first, so it can't be higher` },
  ];
}

/** Tags are compared letter by letter: if two look alike, one of them is misspelled and would never match. */
function misspelledTags(policy: Policy): Contradiction[] {
  const named: string[] = [];
  return tagsIn(policy).flatMap(({ path, tag }) => {
    const other = named.includes(tag) ? undefined : named.find((known) => looksAlike(known, tag));
    if (!named.includes(tag)) named.push(tag);
    if (other === undefined) return [];
    return [
      {
        path,
        text: `is the tag ${showValue(tag)}, but elsewhere it is ${showValue(other)}: use the same one everywhere`,
      },
    ];
  });
}

function tagsIn(policy: Policy): { readonly path: readonly PropertyKey[]; readonly tag: string }[] {
  const matched = (group: "budgets" | "models") =>
    (policy[group] ?? []).flatMap(({ match }, index) =>
      Object.keys(match ?? {}).map((tag) => ({ path: [group, index, "match", tag], tag })),
    );
  const listed = (policy.budgets ?? []).flatMap((part, index) =>
    (part["for-each"] ?? []).map((tag, at) => ({ path: ["budgets", index, "for-each", at], tag })),
  );
  const required = (policy["required-tags"] ?? []).map((tag, at) => ({ path: ["required-tags", at], tag }));
  return [...matched("budgets"), ...listed, ...required, ...matched("models"), ...tagsOfStatements(policy)];
}

function tagsOfStatements({ statements }: Policy): { readonly path: readonly PropertyKey[]; readonly tag: string }[] {
  return (["entities", "shared"] as const).flatMap((group) =>
    (statements?.[group] ?? []).flatMap(({ match }, index) =>
      Object.keys(match ?? {}).map((tag) => ({ path: ["statements", group, index, "match", tag], tag })),
    ),
  );
}
