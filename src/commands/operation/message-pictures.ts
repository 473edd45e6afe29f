import type { OutgoingMessage } from "../../books/messages/leases.ts";
import { monthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import type { MessagePicture } from "../../notify/picture.ts";
import { drawChart, drawClosedMonth, drawSpan, type Picture } from "../../report/chart/charts.ts";
import type { Snapshot } from "../../store/port.ts";
import { spanOf } from "../../values/date-span.ts";
import { boundedNanoOf } from "../../values/money.ts";
import { type Instant, monthOf } from "../../values/month.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";

/** A larger one would take longer than it is worth. */
const MAX_BYTES = 200_000;
const LOOK = "dark";

/** The pictures of the messages that have one, by their ids. Never rejects: a message is worth more than its picture. */
export async function messagePictures(
  ports: Pick<Ports, "png" | "redact" | "log">,
  messages: readonly OutgoingMessage[],
  { state: found, at }: Snapshot,
): Promise<ReadonlyMap<string, MessagePicture>> {
  const pictures = new Map<string, MessagePicture>();
  if (found.kind !== "state") return pictures;
  // Messages of one booking show the same month.
  const known = new Map<string, Promise<Uint8Array>>();
  for (const message of messages) {
    try {
      const drawn = drawnFor(message, found.state, at);
      if (drawn === undefined) continue;
      const { name, svg, description } = redacted(drawn, ports.redact);
      const drawing = known.get(svg) ?? ports.png(svg);
      known.set(svg, drawing);
      const png = await drawing;
      if (png.length < MAX_BYTES) pictures.set(message.id, { name, png, description });
      else ports.log(`The picture of a message is left out: it has ${png.length} bytes.`);
    } catch (error) {
      ports.log(`The picture of a message is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return pictures;
}

type Drawn = Pick<Picture, "svg" | "description"> & { readonly name: string };

/** What a message is about, drawn from the books as they are now; undefined where they no longer show it. */
function drawnFor({ kind, facts, queued_at: at }: OutgoingMessage, state: State, now: Instant): Drawn | undefined {
  // A message that waited is about a month that may be over.
  const month = monthOf(at, state.timezone);
  switch (kind) {
    case "anomaly":
      return { name: "days", ...drawChart("days", bookOf(state, now), LOOK) };
    case "exhausted":
      return monthPicture(month, state, now);
    case "milestone":
      return facts["recap"] == null ? undefined : monthPicture(month, state, now);
    case "recap":
      return facts["period"] === undefined ? recapPicture(facts["month"], state, now) : spanPicture(facts, state, now);
    default:
      return undefined;
  }
}

/** A recap sums up a month with all its resets, which no single curve shows. */
function recapPicture(month: unknown, state: State, now: Instant): Drawn | undefined {
  const parts = state.history.filter((line) => line.month === month);
  const isOne = parts.length + (month === state.current_month ? 1 : 0) === 1;
  return isOne ? monthPicture(month, state, now) : undefined;
}

/** Days, where the books have them all. */
function spanPicture({ period, spent }: OutgoingMessage["facts"], state: State, now: Instant): Drawn | undefined {
  const span = typeof period === "string" ? spanOf(period, "") : undefined;
  if (span === undefined || typeof spent !== "number") return undefined;
  const drawn = drawSpan({ state, now }, { ...span, spent: boundedNanoOf(spent) }, LOOK);
  return drawn && { name: "days", ...drawn };
}

function monthPicture(month: unknown, state: State, now: Instant): Drawn | undefined {
  const closed = state.history.findLast((line) => line.month === month);
  const drawn =
    month === state.current_month
      ? drawChart("month", bookOf(state, now), LOOK)
      : closed && drawClosedMonth(closed, LOOK);
  return drawn && { name: "month", ...drawn };
}

function bookOf(state: State, now: Instant) {
  return { state, now, ahead: monthOutlook(state, now), budgets: [] };
}
