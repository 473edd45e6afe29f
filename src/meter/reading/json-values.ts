import { type BoundedJson, boundedJson, type ReadObject } from "./bounded-json.ts";

export type JsonValues = {
  /** Takes a piece of the body; returns the objects that end in it. */
  readonly push: (text: string) => ReadObject[];
  /** The body's last character was seen. */
  readonly isOver: () => boolean;
  /** How many characters of text the object has that isn't over. */
  readonly openLength: () => number;
};

/** The objects of a JSON body that is one object or an array of them; none where it is neither. */
export function jsonValues(textKeys: ReadonlySet<string>): JsonValues {
  let open: BoundedJson | undefined;
  let isArray = false;
  let isOver = false;
  let isLost = false;
  const push = (text: string): ReadObject[] => {
    const values: ReadObject[] = [];
    let at = 0;
    while (at < text.length && !isOver && !isLost) {
      const sign = text[at] ?? "";
      if (open === undefined && sign !== "{") {
        at += 1;
        if (sign === "[" && !isArray) isArray = true;
        else if (sign === "]" && isArray) isOver = true;
        else if (!isBetween(sign, isArray)) isLost = true;
        continue;
      }
      open ??= boundedJson(textKeys);
      const end = open.push(text, at);
      if (end === undefined) break;
      values.push({ value: open.value(), textLength: open.textLength() });
      open = undefined;
      at = end;
      isOver = !isArray;
    }
    return values;
  };
  return { push, isOver: () => isOver, openLength: () => open?.textLength() ?? 0 };
}

function isBetween(sign: string, isArray: boolean): boolean {
  return " \t\n\r".includes(sign) || (isArray && sign === ",");
}
