/** A DNS name with a domain of letters, and a port if it isn't 443; so no IP address in any notation. */
const FORM = /^(?=.{4,255}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z-]{0,61}[a-z](?::[1-9]\d{1,4})?$/;

/** Domains that only a private network answers, a cloud's metadata service among them. */
const PRIVATE =
  /\.(?:local|localhost|localdomain|internal|intranet|private|corp|home|lan|arpa|test|invalid|onion)(?::|$)/;

/** Whether a text names a host of the internet that may get messages: "hooks.example.com". */
export function isOtherHost(text: string): boolean {
  return FORM.test(text) && !PRIVATE.test(text);
}
