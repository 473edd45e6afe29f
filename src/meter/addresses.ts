import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Addresses of the machine's own link and of the metadata services of clouds, which hand out keys. */
const FORBIDDEN = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 3],
] as const)
  FORBIDDEN.addSubnet(net, bits, "ipv4");
for (const one of ["100.100.100.200", "168.63.129.16", "192.0.0.192"]) FORBIDDEN.addAddress(one, "ipv4");
for (const [net, bits] of [
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
  // IPv4 addresses of the link in other forms.
  ["64:ff9b::a9fe:0", 112],
  ["2002:a9fe::", 32],
] as const)
  FORBIDDEN.addSubnet(net, bits, "ipv6");
for (const one of ["::", "fd00:ec2::254", "fd20:ce::254"]) FORBIDDEN.addAddress(one, "ipv6");

/** Whether no request may go to this IP address: link-local, unspecified, multicast, or a cloud's metadata service. */
export function isForbiddenAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return false;
  return FORBIDDEN.check(plain, family === 6 ? "ipv6" : "ipv4");
}

/** What a request to such an address ends with. */
export class ForbiddenAddressError extends Error {
  override readonly name = "ForbiddenAddressError";
}

/**
 * Looks names up as the system does, and fails where any of the addresses is a forbidden one. A connection goes to an
 * address that was examined, not to the answer of a second look-up.
 */
export const guardedLookup: LookupFunction = (host, options, callback) => {
  systemLookup(host, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    if (found.some(({ address }) => isForbiddenAddress(address)))
      return callback(new ForbiddenAddressError("The host has an address that the meter doesn't forward to"), []);
    const [first] = found;
    if (options.all) return callback(null, found);
    return callback(null, first?.address ?? "", first?.family ?? 4);
  });
};

/** Whether a host may be asked; one whose name this machine can't look up may be, for a proxy may know it. */
export async function mayAsk(host: string): Promise<boolean> {
  if (isIP(host.replace(/^\[|\]$/g, "")) !== 0) return !isForbiddenAddress(host);
  return new Promise((resolve) => {
    systemLookup(host, { all: true }, (error, found) =>
      resolve(error !== null || !found.some(({ address }) => isForbiddenAddress(address))),
    );
  });
}
