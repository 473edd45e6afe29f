/** The work done once: every later call, whatever its argument, gets the first result. */
export function once<Asked, Answer>(work: (asked: Asked) => Promise<Answer>): (asked: Asked) => Promise<Answer> {
  let known: Promise<Answer> | undefined;
  return (asked) => {
    known ??= work(asked);
    return known;
  };
}
