/** A contradiction between keys that are each valid; `text` follows the place's name. */
export type Contradiction = { readonly path: readonly PropertyKey[]; readonly text: string };
