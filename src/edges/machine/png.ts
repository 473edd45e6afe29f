import { readFile } from "node:fs/promises";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FONT_FILES, WASM_FILE } from "./picture-files.ts";

const IS_BUILT = import.meta.url.endsWith(".js");
/** Next to this in dist/, where scripts/build.ts puts them. */
const FONTS = IS_BUILT ? "./" : "../../../node_modules/@fontsource/inter/files/";
const WASM = IS_BUILT ? `./${WASM_FILE}` : "../../../node_modules/@resvg/resvg-wasm/index_bg.wasm";

/** Sharp on dense screens, and under 200 kB. */
const ZOOM = 1.5;

let loading: Promise<readonly Uint8Array[]> | undefined;

/**
 * The PNG of a picture's SVG in one theme, with the font that the SVG was laid out for. Rejects if the renderer can't be
 * loaded, or can't read the SVG.
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  loading ??= load();
  const fontBuffers = [...(await loading)];
  const font = { fontBuffers, defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  const drawing = new Resvg(svg, { font, fitTo: { mode: "zoom", value: ZOOM } });
  const image = drawing.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    drawing.free();
  }
}

/** The renderer is started once a process; answers with the font's files. */
async function load(): Promise<readonly Uint8Array[]> {
  const read = (path: string) => readFile(new URL(path, import.meta.url));
  const [wasm, fonts] = await Promise.all([read(WASM), Promise.all(FONT_FILES.map((name) => read(FONTS + name)))]);
  await initWasm(wasm);
  return fonts;
}
