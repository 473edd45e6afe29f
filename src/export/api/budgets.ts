import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { usdOf } from "../../values/money.ts";
import { type Digest, pathNames } from "../../values/path-name.ts";
import { budgetJson, forecastJson } from "../budget-json.ts";
import { type ApiFile, dimensionFile, monthOf } from "./files.ts";

/** The name of the month among the sub-budgets. */
const WHOLE = "month";

/** How much of each sub-budget is used in its present period, and what it comes to. */
export function budgetFiles(dashboard: Dashboard, digest: Digest): ApiFile[] {
  const { outlook, spans } = dashboard;
  const [span] = spans.months;
  if (span === undefined) return [];
  const period = monthOf(span);
  const names = pathNames(
    outlook.budgets.map(({ name }) => name),
    { digest, taken: [WHOLE] },
  );
  const file = (
    path: string,
    from: Omit<ApiFile, "template" | "contents"> & { readonly content: () => unknown },
  ): ApiFile => {
    const { content, ...rest } = from;
    return {
      ...rest,
      template: `${path}/{period}.json`,
      contents: [{ period, path: `${path}/${period}.json`, content }],
    };
  };
  return [
    file(`budget/status/budget/${WHOLE}`, {
      about: "The month's budget",
      schema: "month",
      content: () => monthJson(dashboard),
    }),
    file(`budget/forecast/${WHOLE}`, {
      about: "What the month comes to",
      schema: "forecast",
      content: () => monthForecast(dashboard),
    }),
    ...outlook.budgets.flatMap((part) => {
      const name = dimensionFile(names, part.name);
      const values = { value: part.name };
      return [
        file(`budget/status/budget/${name}`, {
          about: "A sub-budget in its present period",
          schema: "budget",
          values,
          content: () => budgetJson(part),
        }),
        file(`budget/forecast/${name}`, {
          about: "What a sub-budget's period comes to",
          schema: "forecast",
          values,
          content: () => partForecast(part),
        }),
      ];
    }),
    ...ofTags(dashboard, digest),
  ];
}

/** The same sub-budgets by the tag and value that they are of. */
function ofTags({ outlook, rules, spans }: Dashboard, digest: Digest): ApiFile[] {
  const [span] = spans.months;
  const period = span === undefined ? "" : monthOf(span);
  const found = outlook.budgets.flatMap((part) => {
    const rule = rules.find(({ name }) => name === part.name);
    const [[tag, values = []] = ["", []], ...more] = Object.entries(rule?.match ?? {});
    const [value, ...others] = values;
    const isOne = tag !== "" && more.length === 0 && value !== undefined && others.length === 0 && !value.includes("*");
    return isOne ? [{ tag, value, part }] : [];
  });
  const keys = pathNames(
    found.map(({ tag }) => tag),
    { digest, taken: ["budget"] },
  );
  // The first of several sub-budgets of one value.
  const firsts = found.filter(
    ({ tag, value }, index) => found.findIndex((one) => one.tag === tag && one.value === value) === index,
  );
  return firsts.map(({ tag, value, part }): ApiFile => {
    const values = pathNames(
      firsts.filter((one) => one.tag === tag).map((one) => one.value),
      { digest },
    );
    const path = `budget/status/${dimensionFile(keys, tag)}/${dimensionFile(values, value)}`;
    return {
      about: "The sub-budget of a tag's value in its present period",
      schema: "budget",
      template: `${path}/{period}.json`,
      values: { key: tag, value },
      contents: [{ period, path: `${path}/${period}.json`, content: () => budgetJson(part) }],
    };
  });
}

function monthJson({ figures, state, isNew }: Dashboard) {
  const { budget, topUps, spent, held, remaining, percentHeld, ...rest } = figures;
  const dollars = {
    budget: usdOf(budget),
    topUps: usdOf(topUps),
    spent: usdOf(spent),
    held: usdOf(held),
    remaining: usdOf(remaining),
  };
  return { ...rest, ...dollars, percentHeld, timezone: state.timezone, isNew };
}

function partForecast(part: PartOutlook) {
  const { perDay, projected, projectedBy, forecast, thresholds, goneAt, unit } = budgetJson(part);
  return { name: part.name, unit, perDay, projected, projectedBy, forecast, thresholds, goneAt };
}

function monthForecast({ ahead, figures }: Dashboard) {
  return {
    name: figures.month,
    unit: "USD",
    forecast: forecastJson(ahead.forecast),
    goneOn: ahead.goneOn,
    goneOnEarliest: ahead.earliest,
    exhaustionChance: ahead.chance === null ? null : 100 * ahead.chance,
  };
}
