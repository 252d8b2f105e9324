import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address block, or a single address as the block of one. */
export interface IpNetwork {
  /** Canonical: `192.0.2.0/24`, `2001:db8::/32`, host bits cleared. */
  readonly cidr: string;
  readonly family: 4 | 6;
  readonly prefix: number;
}

/**
 * An address as its family's text, `::ffff:192.0.2.1` being the IPv4 address it maps (RFC 4291, 2.5.5.2). Only the
 * dotted form with four decimal parts is IPv4: `127.1` and octal parts are refused.
 */
export function parseIp(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1` or `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [ip = '', bits, more] = text.trim().split('/');
  const address = parseIp(ip);
  if (!address || more !== undefined) return undefined;
  const whole = familyOf(address) === 4 ? 32 : 128;
  if (bits === undefined) return networkAt(address, whole);
  if (!/^\d{1,3}$/.test(bits)) return undefined;
  // a block written with mapped addresses counts the 96 bits before the IPv4 address
  const prefix = Number(bits) - (ip.includes(':') && whole === 32 ? 96 : 0);
  return prefix >= 0 && prefix <= whole ? networkAt(address, prefix) : undefined;
}

/** The block of this length an address lies in. */
export function networkAt(address: Address, prefix: number): IpNetwork {
  const bytes = address.toByteArray().map((byte, at) => byte & mask(prefix - at * 8));
  return { cidr: `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`, family: familyOf(address), prefix };
}

/** Whether the block holds the address. */
export function contains(network: IpNetwork, address: Address): boolean {
  return familyOf(address) === network.family && networkAt(address, network.prefix).cidr === network.cidr;
}

export function familyOf(address: Address): 4 | 6 {
  return address.kind() === 'ipv4' ? 4 : 6;
}

function mask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 8 ? 0xff : (0xff00 >> bits) & 0xff;
}

/** What one IPv6 subscriber has to rotate through (RFC 6177: a /64 at least). */
const SUBSCRIBER_PREFIX = 64;

/** Who shares limits by address: an IPv4 address, or the /64 of an IPv6 address; `unknown` for what is none. */
export function subscriberNetwork(address: Address | undefined): string {
  if (!address) return 'unknown';
  return networkAt(address, familyOf(address) === 4 ? 32 : SUBSCRIBER_PREFIX).cidr;
}
