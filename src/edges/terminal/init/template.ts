/** A workflow that `init` can write, with the steps that remain. */
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
  /** The command that compiles it into a workflow, if it isn't one yet. */
  readonly compile?: string;
};
