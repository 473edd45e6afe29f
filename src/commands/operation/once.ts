/** The work done once: whoever asks again, with whatever, gets what came of the first time. */
export function once<Asked, Answer>(work: (asked: Asked) => Promise<Answer>): (asked: Asked) => Promise<Answer> {
  let known: Promise<Answer> | undefined;
  return (asked) => {
    known ??= work(asked);
    return known;
  };
}
