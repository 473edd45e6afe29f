import type { Instant } from "../../values/month.ts";
import { addedUp, priceStepOf } from "../added-up.ts";
import { type IsMetered, meteredBy } from "../reader.ts";
import { plainTier } from "../service.ts";
import type { Said } from "../sound-lines.ts";
import { type UsageFacts, type UsageLine, usageLine } from "../usage.ts";
import {
  countsOf,
  differenceOf,
  type Figures,
  inputOf,
  isNothing,
  largerOf,
  type ModelFigures,
  type Service,
  sumOf,
  withHours,
} from "./claude-code-figures.ts";
import type { Message, Run, Session } from "./claude-code-session.ts";

const STANDARD: Service = { tier: "", region: "" };

/** What a run says, one part a model. */
export function saidByRun(session: Session, run: Run, isMetered?: IsMetered): Said[] {
  const { result, turns, at, messages } = run;
  const { models, usage, total } = result;
  if (models.size > 0) {
    const known = largerOf(turns, sumOf(messages.map((message) => message.figures)));
    // A run that reports no figures for itself may have used any part of them: all of them are counted as its own.
    const own = isNothing(known) ? sumOf(models.values()) : known;
    const main = mainOf(session, models, usage);
    return [...models].flatMap(([model, figures]) => {
      const isMain = model === main;
      const cost = figures.cost ?? (models.size === 1 ? total : undefined);
      const seen = messages.filter((message) => message.model === model);
      const service = serviceOf([...seen, ...(isMain ? [result] : [])]);
      const alone = isMain && models.size === 1 ? turns : isMain ? usage : undefined;
      return saidOf({ session, model, figures: { ...figures, cost }, seen, at, own, alone, service }, isMetered);
    });
  }
  const claim = { provider: "", cost: total, isSplit: true };
  if (isNothing(usage)) {
    if (total === undefined) return [];
    return [{ about: { session: session.id, at }, counts: () => ({}), cost: () => ({ reported_cost: total }) }];
  }
  const model = session.initModel || (messages[0]?.model ?? "");
  const seen = messages.filter((message) => message.model === model);
  const service = serviceOf([...seen, result]);
  return saidOf({ session, model, figures: { ...usage, ...claim }, seen, at, alone: usage, service }, isMetered);
}

/** What an interrupted stream proves, request by request. */
export function saidByMessages({ id, at, pending }: Session, isMetered?: IsMetered): Said[] {
  const messages = [...pending.values()].filter(({ figures }) => !isNothing(figures));
  return messages.map(({ id: answer, model, figures, service = STANDARD }) => ({
    about: { model, session: id, at, ...service, ...meteredBy(answer, isMetered) },
    counts: () => ({ ...countsOf(figures), requests: 1 }),
  }));
}

/** The model of the main loop, which alone a result's `usage` is about; undefined if that is unknown. */
function mainOf(session: Session, models: ReadonlyMap<string, Figures>, usage: Figures): string | undefined {
  const [first, ...others] = models.keys();
  if (others.length === 0) return first;
  if (models.has(session.initModel)) return session.initModel;
  const holding = [...models].filter(([, figures]) => differenceOf(figures, { ...usage, thinking: 0 }) !== undefined);
  return holding.length === 1 ? holding[0]?.[0] : undefined;
}

/** How requests of a model were served, as far as anything says so: what distinguishes any of them. */
function serviceOf(witnesses: readonly { readonly service: Service | undefined }[]): Service {
  const services = witnesses.map((witness) => witness.service ?? STANDARD);
  const region = services.find((service) => service.region !== "")?.region ?? "";
  return { tier: plainTier(...services.map(({ tier }) => tier)), region };
}

type Facts = {
  readonly session: Session;
  readonly model: string;
  readonly figures: ModelFigures;
  /** The requests of the model that the stream shows. */
  readonly seen: readonly Message[];
  readonly at: Instant | undefined;
  /** What the run itself used, if its figures may continue an earlier run's. */
  readonly own?: Figures;
  /** What the run itself used of this model, if known. */
  readonly alone: Figures | undefined;
  readonly service: Service;
};

/**
 * What a run says of a model. Where a meter recorded some of the requests that the stream shows and not the others,
 * those are taken out of the run's figures; requests that it doesn't show went the way of the rest.
 */
function saidOf(facts: Facts, isMetered: IsMetered | undefined): Said[] {
  const { model, figures, seen, at, alone, service } = facts;
  const others = seen.filter(({ id }) => meteredBy(id, isMetered).metered === false);
  const isKnown = isMetered !== undefined && seen.some(({ id }) => id !== "");
  if (!isKnown) return [said(facts)];
  if (others.length === 0 || others.length === seen.length) return [said(facts, { metered: others.length === 0 })];
  const shown = sumOf(seen.map((message) => message.figures));
  const whole = alone ?? (inputOf(shown) === inputOf(figures) ? figures : shown);
  const unsaidEach = Math.floor(Math.max(0, whole.output - shown.output) / seen.length);
  const taken = others.map((message) => ({ ...message.figures, output: message.figures.output + unsaidEach }));
  const rest = differenceOf(figures, sumOf(taken));
  if (rest === undefined) return [said(facts)];
  const { provider, isSplit } = figures;
  const left = { ...rest, provider, isSplit, cost: undefined };
  const kept = seen.filter((message) => !others.includes(message));
  return [
    said({ ...facts, figures: left, seen: kept, alone: undefined }, { metered: true }),
    ...taken.map((one) => ({
      about: { provider, model, at, ...service, metered: false },
      counts: () => ({ ...countsOf(one), requests: 1 }),
    })),
  ];
}

function said(facts: Facts, metered: Pick<UsageFacts, "metered"> = {}): Said {
  const { session, model, figures: reported, seen, at, own, alone, service } = facts;
  const shown = sumOf(seen.map((message) => message.figures));
  const figures = withHours(reported, largerOf(shown, alone ?? shown));
  const inputs = seen.map((message) => inputOf(message.figures));
  // Only when the stream shows every token can the longest request be known.
  const allSeen = seen.length > 0 && inputOf(shown) === inputOf(figures);
  const about = { provider: figures.provider, model, session: session.id, at, ...service, ...metered };
  const unsaid = Math.max(0, (alone ?? shown).output - shown.output);
  return {
    about: { ...about, ...(session.id === "" || own === undefined ? {} : counterOf(own)) },
    counts: () => ({
      ...countsOf(figures),
      requests: Math.max(1, seen.length),
      aggregate: !(allSeen && seen.length === 1),
      largest_input: allSeen ? Math.max(...inputs) : undefined,
      parts: longParts(seen, { about, unsaidEach: Math.floor(unsaid / Math.max(1, seen.length)) }),
    }),
    cost: () => ({ reported_cost: figures.cost }),
  };
}

type About = Pick<UsageLine, "provider" | "model" | "tier" | "region">;

/**
 * The long requests of a stream, whose price may be another one. A stream often shows a request's output only as it
 * began: the rest of the run's output is split evenly.
 */
function longParts(
  messages: readonly Message[],
  { about, unsaidEach }: { readonly about: About; readonly unsaidEach: number },
): readonly UsageLine[] {
  const long = messages.filter(({ figures }) => priceStepOf(inputOf(figures)) > 0);
  if (long.length === 0 || messages.length === 1) return [];
  const { provider, model, tier, region } = about;
  const lines = long.map((message) => {
    const figures = { ...message.figures, output: message.figures.output + unsaidEach };
    return usageLine({ provider, model, tier, region, ...countsOf(figures), requests: 1 });
  });
  return addedUp(lines);
}

function counterOf(own: Figures) {
  return {
    counting: "cumulative" as const,
    own: {
      input: inputOf(own),
      cache_read: own.read,
      cache_write: own.write5m + own.write1h,
      output: own.output,
    },
  };
}
