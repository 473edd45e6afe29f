import { reserveLeft, totalOf } from "./admission-model.ts";
import { type Amount, type Books, dayAt, heldIn, type Of, type Part, Refusal } from "./model-books.ts";
import { counted, figuresOf, freeIn, opened, partNamed, partsFor, ruleOf } from "./parts-model.ts";

type Adjust = Of<"adjust">;

const NOTHING_BOOKED = { cost: 0, tokens: 0, executions: 0, adjusted: 0 };

/** The books after a maintainer has moved money. Throws a Refusal where there is none to be moved. */
export function adjusted(books: Books, operation: Adjust, now: number): Books {
  switch (operation.adjustment) {
    case "top-up":
      return { ...books, topUps: books.topUps + operation.amount };
    case "grant":
      return granted(books, operation, now);
    case "transfer":
      return transferred(books, operation, now);
    case "correct":
      return corrected(books, operation, now);
  }
}

function granted(books: Books, { amount, to }: Adjust, now: number): Books {
  if (amount > Math.min(reserveLeft(books), totalOf(books) - books.spent - heldIn(books)))
    throw new Refusal("not-allowed");
  const after = { ...books, granted: books.granted + amount };
  if (to === undefined) return after;
  return moved(after, [[partIn(books, to, "USD", now), amount]]);
}

function transferred(books: Books, { id, unit, amount, until, ...names }: Adjust, now: number): Books {
  const from = partIn(books, names.from, unit, now);
  const to = partIn(books, names.to, unit, now);
  const isOneKind = ruleOf(from.name)?.period === ruleOf(to.name)?.period;
  if (from.name === to.name || !isOneKind) throw new Refusal("bad-input");
  if (amount > freeIn(books, from)) throw new Refusal("not-allowed");
  if (until !== undefined && until <= dayAt(now)) throw new Refusal("bad-input");
  const after = moved(books, [
    [from, -amount],
    [to, amount],
  ]);
  if (until === undefined) return after;
  const loan = { id, from: from.name, to: to.name, period: from.period, until, owed: amount };
  return { ...after, loans: [...books.loans, loan] };
}

function corrected(books: Books, { unit, amount, tags }: Adjust, now: number): Books {
  const parts = partsFor(books, tags, now);
  const cost = unit === "USD" ? amount : 0;
  const isBelowNothing = (spent: number) => amount < 0 && -amount > spent;
  const own = parts.filter(({ name }) => ruleOf(name)?.unit === unit);
  const isTooMuch =
    (unit === "USD" && isBelowNothing(books.spent)) || own.some((part) => isBelowNothing(figuresOf(books, part).spent));
  if (isTooMuch) throw new Refusal("not-allowed");
  if (unit === "tokens" && parts.length === 0) throw new Refusal("bad-input");
  const booked = { ...opened(books, parts), spent: books.spent + cost };
  const tokens = unit === "tokens" ? amount : 0;
  const names = parts.map(({ name }) => name);
  return counted(booked, names, () => ({ ...NOTHING_BOOKED, cost, tokens }));
}

function partIn(books: Books, name: string | undefined, unit: Adjust["unit"], now: number): Part {
  const part = partNamed(books, name ?? "", now);
  if (part === undefined || ruleOf(part.name)?.unit !== unit) throw new Refusal("bad-input");
  return part;
}

function moved(books: Books, amounts: readonly (readonly [Part, Amount])[]): Books {
  return amounts.reduce(
    (after, [part, amount]) =>
      counted(opened(after, [part]), [part.name], () => ({ ...NOTHING_BOOKED, adjusted: amount })),
    books,
  );
}

/** What was lent until a day that has come goes back as far as it is free; with its period it went back by itself. */
export function loansReturned(books: Books, now: number): Books {
  return books.loans.reduce<Books>(
    (after, loan) => {
      const [from, to] = [loan.from, loan.to].map((name) => books.parts.find((part) => part.name === name));
      if (from?.period !== loan.period || to?.period !== loan.period) return after;
      const back = loan.until <= dayAt(now) ? Math.min(loan.owed, Math.max(0, freeIn(after, to))) : 0;
      const left = back < loan.owed ? [{ ...loan, owed: loan.owed - back }] : [];
      const given =
        back === 0
          ? after
          : moved(after, [
              [to, -back],
              [from, back],
            ]);
      return { ...given, loans: [...after.loans, ...left] };
    },
    { ...books, loans: [] },
  );
}
