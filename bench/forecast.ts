// How good forecasts of a month's end and expected ranges of a day are, on made and real daily series.
// node bench/forecast.ts [--save]
import { fileURLToPath } from "node:url";
import {
  DAYS,
  MONTHS_BEFORE,
  ourForecast,
  type Prediction,
  plainPace,
  type Quality,
  qualityOf,
  straightLine,
  type Task,
  tasksOf,
} from "./backtest.ts";
import { type DailySeries, madeSeries, realSeries } from "./daily-series.ts";
import { atLeast, atMost } from "./figures.ts";
import { type Result, report } from "./results.ts";
import { DETECTORS, detectionOf, SPIKES } from "./spikes.ts";

/** The seeds that were looked at while the forecast was made, and those that were not. */
const SEEN_SEEDS = [1, 2];
const HELD_OUT_SEEDS = [11, 12];

/** Made series that were looked at while the forecast was made, made ones that were not, and real ones. */
type Sets = Readonly<Record<"seen" | "heldOut" | "real", readonly DailySeries[]>>;

/** The shares of months that the ranges of 50, 80 and 95 % must hold in, and the least gain over the plain pace. */
const HELD = [
  [43, 58],
  [75, 86],
  [92, 98.5],
] as const;
const MIN_GAIN = 15;
const MAX_MS = 5;
/** The shares of days times 4 and times 8 that must be found, and the most false alarms in 30 days. */
const MIN_FOUND = [80, 92] as const;
const MAX_ALARMS = 0.4;
/** The set whose odd days are known and were not looked at. */
const JUDGED = "made, held out";

const METHODS = [
  { name: "forecast", predict: remembered(ourForecast) },
  { name: "plain pace", predict: remembered(plainPace) },
  { name: "straight line", predict: remembered(straightLine) },
] as const;

/** Makes all forecasts of some series, and looks for spikes in them. */
export function benchForecast({ seen, heldOut, real }: Sets): Result {
  const tasks = { seen: seen.flatMap(tasksOf), heldOut: heldOut.flatMap(tasksOf), real: real.flatMap(tasksOf) };
  const unseen = [...tasks.heldOut, ...tasks.real];
  return {
    name: "forecast",
    page: "forecasts.md",
    tables: [
      qualityTable([
        ["made, seen", tasks.seen],
        ["made, held out", tasks.heldOut],
        ["real", tasks.real],
        ["held out and real", unseen],
      ]),
      targetTable(unseen),
      partTable("By the months before the running one, held out and real.", "months before", MONTHS_BEFORE, (months) =>
        unseen.filter(({ monthsBefore }) => monthsBefore === months),
      ),
      partTable("By the day of the month on which the forecast is made, held out and real.", "day", DAYS, (day) =>
        unseen.filter((task) => task.day === day),
      ),
      partTable("By series, held out and real.", "series", familiesOf([...heldOut, ...real]), (family) =>
        unseen.filter(({ series }) => series.startsWith(family)),
      ),
      ...spikeTables([
        ["made, seen", seen],
        [JUDGED, heldOut],
        ["real", real],
      ]),
      familySpikeTable(heldOut),
    ],
  };
}

function qualityTable(sets: readonly (readonly [name: string, tasks: readonly Task[]])[]): Result["tables"][number] {
  const ranges = [50, 80, 95].flatMap((share) => [`${share} % held`, "width"]);
  return {
    about:
      "Forecasts of a month's end at the start of days 5, 10, 15, 20 and 25, with 0, 1, 3 and 6 months before. The error is the mean of |forecast − total| ÷ total, the bias the mean of (forecast − total) ÷ total, a width that of the range ÷ total; all in percent. The plain pace is what the month spent a day so far; the straight line is a linear regression of the daily amounts.",
    rows: [
      ["series", "method", "forecasts", "error", "within 15 %", "bias", ...ranges],
      ...sets.flatMap(([name, tasks]) =>
        METHODS.map((method) => [name, method.name, ...cellsOf(qualityOf(tasks, method.predict))]),
      ),
    ],
  };
}

function cellsOf({ tasks, error, within15, bias, ranges }: Quality): string[] {
  const cells = [0, 1, 2].flatMap((at) => [percent(ranges[at]?.held), percent(ranges[at]?.width)]);
  return [tasks.toLocaleString("en"), percent(error), percent(within15), percent(bias), ...cells];
}

function targetTable(tasks: readonly Task[]): Result["tables"][number] {
  const [ours, pace] = [qualityOf(tasks, METHODS[0].predict), qualityOf(tasks, METHODS[1].predict)];
  const gain = 100 * (1 - ours.error / pace.error);
  const held = HELD.map(([least, most], at) => {
    const share = 100 * (ours.ranges[at]?.held ?? Number.NaN);
    return [`${[50, 80, 95][at]} % range held, %`, share.toFixed(1), atLeast(share, least), atMost(share, most)];
  });
  const ms = msOf(tasks);
  return {
    about: "What the project holds its forecasts to, held out and real.",
    rows: [
      ["", "found", "at least", "at most"],
      ["less error than the plain pace, %", gain.toFixed(1), atLeast(gain, MIN_GAIN), ""],
      ...held,
      ["one forecast, ms", ms.toFixed(2), "", atMost(ms, MAX_MS)],
    ],
  };
}

function partTable<Part extends string | number>(
  about: string,
  heading: string,
  parts: readonly Part[],
  tasksOfPart: (part: Part) => readonly Task[],
): Result["tables"][number] {
  return {
    about,
    rows: [
      [heading, "error", "of the pace", "of the line", "bias", "50 % held", "80 % held", "95 % held", "width of 80 %"],
      ...parts.map((part) => {
        const [ours, pace, line] = METHODS.map(({ predict }) => qualityOf(tasksOfPart(part), predict));
        const held = [0, 1, 2].map((at) => percent(ours?.ranges[at]?.held));
        const errors = [ours, pace, line].map((quality) => percent(quality?.error));
        return [String(part), ...errors, percent(ours?.bias), ...held, percent(ours?.ranges[1]?.width)];
      }),
    ],
  };
}

function spikeTables(sets: readonly (readonly [name: string, series: readonly DailySeries[]])[]): Result["tables"] {
  const names = SPIKES.map((factor) => `${factor} × found`);
  const detect = (detector: (typeof DETECTORS)[number]) =>
    sets.map(([name, series]) => ({ detector: detector.name, name, ...detectionOf(series, detector.isOdd) }));
  const rows = DETECTORS.flatMap(detect);
  const ours = rows.find(({ detector, name }) => detector === DETECTORS[0].name && name === JUDGED);
  const [, four = Number.NaN, eight = Number.NaN] = (ours?.found ?? []).map((share) => 100 * share);
  const alarms = ours?.falseAlarms ?? Number.NaN;
  return [
    {
      about:
        "Expected ranges of a day: one day in 30 is multiplied by 2, 4 or 8, where anything was spent on it, and every day from the 60th on is judged by the days before it. Shares of these days that are found, in percent; false alarms are those on other days. The z-score is 3 deviations above the mean, the IQR 1.5 interquartile ranges above the upper quartile, of the same days. On real series nobody knows which of the other days were odd.",
      rows: [
        ["series", "detector", ...names, "false alarms in 30 days"],
        ...rows.map(({ detector, name, found, falseAlarms }) => [
          ...[name, detector, ...found.map(percent)],
          falseAlarms.toFixed(2),
        ]),
      ],
    },
    {
      about: "What the project holds its expected ranges to, made series held out.",
      rows: [
        ["", "found", "at least", "at most"],
        ["4 × found, %", four.toFixed(1), atLeast(four, MIN_FOUND[0]), ""],
        ["8 × found, %", eight.toFixed(1), atLeast(eight, MIN_FOUND[1]), ""],
        ["false alarms in 30 days", alarms.toFixed(2), "", atMost(alarms, MAX_ALARMS)],
      ],
    },
  ];
}

function familySpikeTable(series: readonly DailySeries[]): Result["tables"][number] {
  const [ours] = DETECTORS;
  return {
    about:
      "The same by series, made ones held out. In bursty series a day within a burst takes about five times as much as a calm day.",
    rows: [
      ["series", ...SPIKES.map((factor) => `${factor} × found`), "false alarms in 30 days"],
      ...familiesOf(series).map((family) => {
        const members = series.filter(({ name }) => name.startsWith(family));
        const { found, falseAlarms } = detectionOf(members, ours.isOdd);
        return [family, ...found.map(percent), falseAlarms.toFixed(2)];
      }),
    ],
  };
}

function familiesOf(series: readonly DailySeries[]): string[] {
  return [...new Set(series.map(({ name }) => name.replace(/ \d+$/, "")))];
}

function msOf(tasks: readonly Task[]): number {
  const some = tasks.filter((_, at) => at % 10 === 0);
  const begun = performance.now();
  for (const task of some) ourForecast(task);
  return (performance.now() - begun) / some.length;
}

function remembered(method: (task: Task) => Prediction): (task: Task) => Prediction {
  const known = new WeakMap<Task, Prediction>();
  return (task) => {
    const prediction = known.get(task) ?? method(task);
    known.set(task, prediction);
    return prediction;
  };
}

const percent = (share: number | undefined): string => (share === undefined ? "" : (100 * share).toFixed(1));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [seen = [], heldOut = []] = [SEEN_SEEDS, HELD_OUT_SEEDS].map((seeds) => seeds.flatMap(madeSeries));
  report(benchForecast({ seen, heldOut, real: realSeries() }), process.argv.slice(2));
}
