/** A workflow that `init` can write, with what is to be done besides. */
export type Template = {
  /** Where it goes, from the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The secrets it uses. */
  readonly secrets: readonly string[];
  /** What starts it: a line to type, or an event of the repository. */
  readonly start:
    | { readonly kind: "command"; readonly command: string }
    | { readonly kind: "event"; readonly event: string };
  /** What makes a workflow of it, where it isn't one yet. */
  readonly compile?: string;
};
