const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"];

/** The files of the pictures' font, Inter in two weights, as @fontsource/inter names them. */
export const FONT_FILES: readonly string[] = [400, 600].flatMap((weight) =>
  SCRIPTS.map((script) => `inter-${script}-${weight}-normal.woff2`),
);

/** The renderer's code in dist/. */
export const WASM_FILE = "resvg.wasm";
