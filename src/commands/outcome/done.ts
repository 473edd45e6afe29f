import { monthPace } from "../../books/month-pace.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { Chatter } from "../../notify/send.ts";
import type { BooksView } from "../../report/model/view.ts";
import { deliveryOf } from "../operation/delivery.ts";
import type { Look } from "../operation/look.ts";
import type { Operated } from "../operation/operate.ts";
import type { Ports } from "../operation/ports.ts";
import type { Outcome } from "./outcome.ts";
import { outputsOf } from "./outputs-of.ts";

/** The books as a command has looked at them, and what it did to them. */
type Looked = Omit<Look, "isNew"> & Pick<BooksView, "booked" | "booking">;

/** A command's own part of the outcome; its notes replace those made on the way. */
type Own = Pick<BooksView, "title" | "sentence" | "tone"> &
  Partial<
    Pick<BooksView, "nextSteps" | "differences" | "alerts"> &
      Pick<Outcome, "outputs" | "notes" | "failure" | "isDenied">
  >;

/** Entries that aren't about money that a run cost. */
const UNBOOKED: readonly string[] = ["reset", "pause", "resume", "statement"];

/** The outcome of a command that only reads the books; with an outlook if it shows them as a whole. */
export function lookedOutcome(ports: Ports, looked: Looked, own: Own & { readonly outlook?: Outlook }): Outcome {
  const { figures, admission, ahead } = looked;
  const { outputs, notes = looked.notes, failure = null, isDenied = false } = own;
  return {
    outputs: { ...outputsOf({ figures, admission, ahead }, own.sentence), ...outputs },
    view: viewOf(ports, looked, { ...own, notes }),
    notes,
    failure,
    isDenied,
    delivery: null,
  };
}

/** The outcome of an operation that the books have answered; `chatter` is the run's own message to the channel. */
export function doneOutcome(
  ports: Ports,
  operated: Operated,
  { chatter, ...own }: Own & { readonly chatter?: Chatter | undefined },
): Outcome {
  const { answer, entries, operation, commit } = operated;
  const { figures, admission, ahead, booking } = answer;
  const booked = entries.find(({ id, kind }) => id === operation && !UNBOOKED.includes(kind));
  const looked = { ...operated, figures, admission, ahead, booking, booked };
  return {
    ...lookedOutcome(ports, looked, { ...own, outputs: { ...own.outputs, commit: commit ?? "" } }),
    delivery: deliveryOf(ports, operated, chatter),
  };
}

function viewOf(
  ports: Ports,
  { state, figures, admission, ahead, rules, snapshot, booked, booking }: Looked,
  own: Own & Pick<Outcome, "notes"> & { readonly outlook?: Outlook },
): BooksView {
  const { title, sentence, tone, nextSteps = [], differences = [], alerts, notes, outlook } = own;
  const now = snapshot.at;
  const pace = monthPace({ figures, state, now, estimate: admission.estimate });
  return {
    ...{ title, sentence, tone, nextSteps, differences, alerts, now, admission, booked, booking },
    name: rules.settings.name,
    place: ports.store.place.description,
    runUrl: ports.caller.fullRun.url,
    server: ports.server,
    month: { figures, state, pace, ahead, outlook },
    notes: notes.map(({ text }) => text),
  };
}
