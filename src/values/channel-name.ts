const FORM = /^[a-z][a-z0-9-]{0,31}$/;

/** What names a channel, to follow "write". */
export const CHANNEL_NAME_WANTED = "a short lower-case word such as ops or infra-team";

/** Whether a text can be a channel's name: lower-case letters, digits and dashes, at most 32, and a key of any object. */
export function isChannelName(text: string): boolean {
  return FORM.test(text) && !(text in {}) && text !== "prototype";
}
