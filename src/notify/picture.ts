/** A picture that goes with a message, and what it shows, for whoever doesn't see it. */
export type MessagePicture = {
  /** The file's name without its end: "month". */
  readonly name: string;
  readonly png: Uint8Array;
  readonly description: string;
};
