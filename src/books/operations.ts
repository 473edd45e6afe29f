import { ZERO } from "../values/money.ts";
import type { Month } from "../values/month.ts";
import { adjust } from "./adjust.ts";
import { acknowledge } from "./alerts/acknowledge.ts";
import type { OtherRequest } from "./decide.ts";
import type { Done } from "./done.ts";
import { type Books, book, type Draft, withState } from "./draft.ts";
import { extend } from "./gate/extend.ts";
import { resetChannel } from "./messages/channels.ts";
import { queueText } from "./messages/outbox.ts";
import { pause, resume } from "./pause.ts";
import { noteComments } from "./pulls.ts";
import { recap } from "./recap.ts";
import { release } from "./release.ts";
import type { RepairRequest } from "./request.ts";
import { reset } from "./reset.ts";
import type { OverrunRequest } from "./running-requests.ts";
import { recalled } from "./settle/recall.ts";
import { settle } from "./settle/settle.ts";
import { keepStatements } from "./statements.ts";

/** A ledger line stays a line: a long list of differences is cut. */
const MAX_REASON_LENGTH = 2_000;

/** Decides every request but a gate's; `books` are those before what was due. */
export function decideOther(kept: Draft, request: OtherRequest, books: Books): Done {
  switch (request.kind) {
    case "record": {
      const { draft, booking } = settle(recalled(kept, request, books.found), request);
      return { draft, settled: booking };
    }
    case "extend":
      return extend(kept, request);
    case "overrun":
      return { draft: announceOverrun(kept, request) };
    case "release":
      return release(recalled(kept, request, books.found), request);
    case "reset":
      return { draft: reset(kept, request) };
    case "adjust":
      return { draft: adjust(kept, request) };
    case "pause":
      return { draft: pause(kept, request) };
    case "resume":
      return { draft: resume(kept, request) };
    case "recap":
      return recap(kept, request, turnedMonth(kept, books));
    case "acknowledge":
      return acknowledge(kept, request);
    case "alerts":
      return { draft: kept };
    case "statement":
      return { draft: keepStatements(kept, request) };
    case "repair":
      return { draft: repair(kept, request) };
    case "commented":
      return { draft: noteComments(kept, request) };
    case "reset-channel":
      return { draft: resetChannel(kept, request) };
  }
}

/** The month that this very operation has closed. */
function turnedMonth(kept: Draft, books: Books): Month | undefined {
  const { current_month: before } = books.state;
  return kept.state.current_month === before ? undefined : before;
}

/** Queues the message once for each run; a hold that has been closed since needs none. */
function announceOverrun(draft: Draft, { hold: id, text }: OverrunRequest): Draft {
  const hold = draft.state.holds.find((open) => open.id === id);
  if (hold === undefined || hold.overrun === true) return draft;
  const holds = draft.state.holds.map((one) => (one === hold ? { ...hold, overrun: true as const } : one));
  return queueText(withState(draft, { holds }), "warning", { about: "overrun", id: `warning-overrun-${id}`, text });
}

/** Notes in the ledger that its figures replaced the state's: an entry that costs nothing. */
function repair(draft: Draft, request: RepairRequest): Draft {
  if (request.differences.length === 0) return draft;
  return book(draft, {
    id: request.id,
    kind: "correction",
    cost: ZERO,
    actor: request.actor,
    run: request.run,
    reason: `repair: ${request.differences.join("; ")}`.slice(0, MAX_REASON_LENGTH),
    source: "verify",
  });
}
