import { ZERO } from "../../values/money.ts";
import { book, type Draft } from "../draft.ts";
import { closeHold } from "../holds.ts";
import type { ReleaseRequest } from "../request.ts";
import type { Hold } from "../state.ts";

/** Books that an open hold was released, with the amount, and closes it. */
export function releaseHold(
  draft: Draft,
  hold: Hold,
  { id, run, reason }: Pick<ReleaseRequest, "id" | "run" | "reason">,
): Draft {
  const booked = book(draft, {
    id,
    kind: "release",
    cost: ZERO,
    amount: hold.amount,
    hold: hold.id,
    profile: hold.profile,
    run,
    ...(reason !== undefined && { reason }),
  });
  return closeHold(booked, hold, { how: "released", by: id, charged: ZERO });
}
