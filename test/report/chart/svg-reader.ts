import { type Box, boxOf, meet } from "../../../src/report/chart/layout.ts";

export type Text = { readonly text: string; readonly box: Box };
export type Seen = {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly Text[];
  /** Every place that a mark names, x and y. */
  readonly points: readonly (readonly [x: number, y: number])[];
};

const TAG = /<(\/?)([a-z]+)((?: [a-zA-Z0-9:-]+="[^"<>]*")*)\s*(\/?)>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** What a picture's SVG says: throws for anything that isn't well-formed or isn't one of the few elements it has. */
export function readSvg(svg: string): Seen {
  const texts: Text[] = [];
  const points: [number, number][] = [];
  const open: string[] = [];
  let [end, size] = [0, { width: 0, height: 0 }];
  let last: Readonly<Record<string, string>> = {};
  for (const tag of svg.matchAll(TAG)) {
    const [whole, closing, name = "", attributes = "", empty] = tag;
    const between = unescaped(svg.slice(end, tag.index));
    if (closing === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      if (name === "text") texts.push({ text: between, box: boxOfText(between, last) });
    } else {
      if (between.trim() !== "") throw new Error(`There is text outside of an element: ${between.slice(0, 80)}`);
      last = Object.fromEntries(
        [...attributes.matchAll(/ ([a-zA-Z0-9:-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
      );
      if (name === "svg") size = { width: number(last["width"]), height: number(last["height"]) };
      else points.push(...pointsOf(name, last));
      if (empty !== "/") open.push(name);
    }
    end = (tag.index ?? 0) + whole.length;
  }
  if (open.length > 0 || svg.slice(end).trim() !== "") throw new Error(`The picture doesn't end: ${open.join(" ")}`);
  return { ...size, texts, points };
}

/** What is wrong with a picture: marks or texts outside of it, and texts that meet. */
export function flawsOf(svg: string): string[] {
  const { width, height, texts, points } = readSvg(svg);
  const isOut = ([x, y]: readonly [number, number]) => !(x >= 0 && x <= width && y >= 0 && y <= height);
  const within = ({ box }: Text) => box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
  return [
    ...(/NaN|undefined|Infinity|null|\[object/.test(
      svg.replace(/<title>.*?<\/title>|<desc>.*?<\/desc>|>[^<]*<\/text>/gs, ""),
    )
      ? ["a value that is none"]
      : []),
    ...points.filter(isOut).map(([x, y]) => `a mark at ${x}, ${y}, outside of ${width} × ${height}`),
    ...texts
      .filter((text) => !within(text))
      .map(({ text, box }) => `"${text}" leaves the picture: ${JSON.stringify(box)}`),
    ...texts.flatMap((one, index) =>
      texts
        .slice(index + 1)
        .filter((other) => meet(one.box, other.box))
        .map((other) => `"${one.text}" and "${other.text}" meet`),
    ),
  ];
}

function boxOfText(text: string, attributes: Readonly<Record<string, string>>): Box {
  const anchor = attributes["text-anchor"] ?? "start";
  if (anchor !== "start" && anchor !== "middle" && anchor !== "end") throw new Error(`No anchor: ${anchor}`);
  const type = { size: number(attributes["font-size"]), bold: attributes["font-weight"] === "600" };
  return boxOf(text, { x: number(attributes["x"]), y: number(attributes["y"]), anchor }, type);
}

function pointsOf(name: string, of: Readonly<Record<string, string>>): [number, number][] {
  const value = (key: string) => number(of[key]);
  switch (name) {
    case "rect":
      return [
        [value("x"), value("y")],
        [value("x") + value("width"), value("y") + value("height")],
      ];
    case "line":
      return [
        [value("x1"), value("y1")],
        [value("x2"), value("y2")],
      ];
    case "circle":
      return [
        [value("cx") - value("r"), value("cy") - value("r")],
        [value("cx") + value("r"), value("cy") + value("r")],
      ];
    case "path":
      return pathPoints(of["d"] ?? "");
    case "text":
      return [[value("x"), value("y")]];
    case "title":
    case "desc":
    case "style":
      return [];
    default:
      throw new Error(`No picture has a <${name}>`);
  }
}

function pathPoints(d: string): [number, number][] {
  if (!/^(?:[ML]-?[\d.]+,-?[\d.]+|Z)+$/.test(d)) throw new Error(`No path: ${d.slice(0, 80)}`);
  return [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [number(x), number(y)]);
}

function number(text: string | undefined): number {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`No number: ${text}`);
  return Number(text);
}

function unescaped(text: string): string {
  return text.replace(/&[a-z#0-9]+;/g, (entity) => ENTITIES[entity] ?? entity);
}
