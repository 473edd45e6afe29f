import { monthPace } from "../../books/month-pace.ts";
import {
  addToDashboard,
  type DashboardSums,
  firstMonth,
  type People,
  type SeenBooks,
  startDashboard,
} from "../../insight/dashboard/dashboard.ts";
import { outlookOf } from "../../insight/outlook.ts";
import { dayOf } from "../../values/month.ts";
import type { DayFold, DaysRead } from "./fold-days.ts";
import { readKnown } from "./fold-known.ts";
import type { Look } from "./look.ts";
import type { Ports } from "./ports.ts";

/** Adds up the ledger of books that were looked at. */
export function readDashboard(ports: Ports, looked: Look, people: People): Promise<DaysRead<DashboardSums>> {
  return readKnown(ports, looked, dashboardFold(ports, looked, people));
}

/** What a dashboard is made of: the months that it shows. */
export function dashboardFold(ports: Ports, looked: Look, people: People): DayFold<DashboardSums> {
  const { snapshot, state } = looked;
  return {
    days: { from: `${firstMonth(state)}-01`, to: dayOf(snapshot.at, state.timezone) },
    start: () => startDashboard(seenBooks(ports, looked), people),
    add: addToDashboard,
  };
}

/** The books as a dashboard shows them beside its ledger. */
export function seenBooks(ports: Ports, { state, figures, admission, ahead, snapshot, rules, isNew }: Look): SeenBooks {
  const { settings } = rules;
  const now = snapshot.at;
  return {
    ...{ state, figures, now },
    pace: monthPace({ figures, state, now, estimate: admission.estimate }),
    ahead,
    outlook: outlookOf({ state, figures, ahead, settings, now }),
    rules: settings.parts ?? [],
    requiredTags: settings.requiredTags,
    name: settings.name,
    place: ports.store.place.description,
    seenFrom: { runUrl: ports.caller.fullRun.url, server: ports.server },
    // Books of version 1.0 on the default branch are new here and have figures.
    isNew: isNew && state.history.length === 0 && state.total_spent === 0,
  };
}
