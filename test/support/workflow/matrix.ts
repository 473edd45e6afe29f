type Leg = Readonly<Record<string, unknown>>;
type Matrix = Readonly<Record<string, unknown>> & {
  readonly include?: readonly Leg[];
  readonly exclude?: readonly Leg[];
};

/** The legs of a `strategy.matrix`, with its `exclude` and `include`, in GitHub's order. */
export function legsOf(matrix: Matrix): readonly Leg[] {
  const { include = [], exclude = [], ...axes } = matrix;
  let legs: Leg[] = Object.keys(axes).length === 0 ? [] : [{}];
  for (const [name, values] of Object.entries(axes))
    legs = legs.flatMap((leg) => (values as readonly unknown[]).map((value) => ({ ...leg, [name]: value })));
  const agrees = (leg: Leg, part: Leg, names: readonly string[]): boolean =>
    names.every((name) => JSON.stringify(leg[name]) === JSON.stringify(part[name]));
  legs = legs.filter((leg) => !exclude.some((part) => agrees(leg, part, Object.keys(part))));
  const added: Leg[] = [];
  for (const part of include) {
    const shared = Object.keys(part).filter((name) => name in axes);
    if (!legs.some((leg) => agrees(leg, part, shared))) added.push(part);
    else legs = legs.map((leg) => (agrees(leg, part, shared) ? { ...leg, ...part } : leg));
  }
  return [...legs, ...added];
}
