/** A host that a meter may forward to: requests without TLS only where that was written. */
export type MeterHost = { readonly protocol: "https:" | "http:"; readonly host: string };

const FORM = /^(https?:\/\/)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?$/i;

/**
 * A host by its name or address, with its port if it isn't the usual one; undefined for anything else, such as an
 * address with a path.
 */
export function meterHost(text: string): MeterHost | undefined {
  if (text.length > 253 || !FORM.test(text)) return undefined;
  const url = text.includes("://") ? text : `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return { protocol: protocol === "http:" ? "http:" : "https:", host };
}

/** Whether one of these hosts is where an address leads. */
export function isMeterHost(hosts: readonly string[], address: URL): boolean {
  return hosts.some((text) => {
    const known = meterHost(text);
    return known !== undefined && known.protocol === address.protocol && known.host === address.host;
  });
}
