import * as z from "zod/mini";
import { optional, text } from "../values/codecs.ts";

/** No writer may continue the state: the books are elsewhere. */
export const MOVED_CAPABILITY = "moved";

/**
 * Where the books are, as `move` takes it: "github:octo-org/ai-budget@token-budget". `is` says what this state is, if
 * the books aren't gone from here: `arriving` while they are being moved here, `copy` if `move --copy` made it.
 */
export const moved = z.looseObject({
  to: text,
  at: optional.instant,
  is: z.optional(z.enum(["arriving", "copy"])),
});
export type Moved = z.output<typeof moved>;
