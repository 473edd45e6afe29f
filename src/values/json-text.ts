/** A value as JSON whose numbers have at most nine decimals. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "number" ? plain(each) : each), indent);
}

/** Without the digits that a quotient of binary fractions ends in. */
function plain(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(9));
}
