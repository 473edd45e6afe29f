import { max, min } from "d3-array";
import type { Anchor } from "./svg.ts";
import { type Type, widthOf } from "./text.ts";

/** A rectangle that something takes. */
export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** A place for a label: x, the baseline, and which end x is. */
export type Spot = { readonly x: number; readonly y: number; readonly anchor: Anchor };

/** The share of its size that a line of text takes above its baseline, and below. */
export const ASCENT = 0.8;
export const DESCENT = 0.25;

/** The box that a text takes. */
export function boxOf(text: string, { x, y, anchor }: Spot, type: Type): Box {
  const width = widthOf(text, type);
  const left = anchor === "start" ? x : anchor === "middle" ? x - width / 2 : x - width;
  return { left, right: left + width, top: y - ASCENT * type.size, bottom: y + DESCENT * type.size };
}

/** Whether two boxes have a point in common. */
export function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isWithin(box: Box, room: Box): boolean {
  return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
}

type Wanted<T> = { readonly text: string; readonly spots: readonly Spot[]; readonly of: T };

/** Puts each label at its first spot that is free, in their order; what has no free spot is left out. */
export function placed<T>(
  wanted: readonly Wanted<T>[],
  among: { readonly taken: readonly Box[]; readonly room: Box; readonly type: Type },
): (Spot & { readonly text: string; readonly of: T })[] {
  const taken = [...among.taken];
  return wanted.flatMap(({ text, spots, of }) => {
    for (const spot of spots) {
      const box = boxOf(text, spot, among.type);
      if (!isWithin(box, among.room) || taken.some((other) => meet(box, other))) continue;
      taken.push(box);
      return [{ ...spot, text, of }];
    }
    return [];
  });
}

/**
 * Moves labels of one column apart: each gets a place as near to the one it wants as the others and the room between two
 * heights let it, in their order from top to bottom. There must be room for all of them.
 */
export function spread(wanted: readonly number[], gap: number, [top, bottom]: readonly [number, number]): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  const places: number[] = [];
  let last = top - gap;
  for (const { y } of order) {
    last = Math.max(last + gap, y);
    places.push(last);
  }
  let next = bottom + gap;
  for (let index = places.length - 1; index >= 0; index--) {
    next = Math.min(next - gap, places[index] ?? next);
    places[index] = next;
  }
  const found: number[] = [];
  order.forEach(({ index }, place) => {
    found[index] = places[place] ?? top;
  });
  return found;
}

/** The least and the most of some numbers with zero among them. */
export function withZero(values: Iterable<number>): [number, number] {
  const all = [0, ...values];
  return [min(all) ?? 0, max(all) ?? 0];
}
