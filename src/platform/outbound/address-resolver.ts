import { Resolver } from 'node:dns/promises';
import { OutboundError } from './outbound-error.js';

const TIMEOUT_MS = 2_000;
const TRIES = 2;

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/**
 * Asks the name servers itself (c-ares): `dns.lookup` would take one of libuv's four threads for as long as a slow
 * name server likes, and a tenant's slow name would hold up everybody's.
 */
export class AddressResolver {
  private readonly resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });

  /** @param servers `address` or `address:port`; the system's when empty */
  constructor(servers: readonly string[] = []) {
    if (servers.length > 0) this.resolver.setServers(servers);
  }

  /** Every IPv4 and IPv6 address of a name. @throws OutboundError `dns_failed` when it has none */
  async resolve(hostname: string): Promise<ResolvedAddress[]> {
    // RFC 6761, 6.3: never asked for
    if (/(^|\.)localhost\.?$/i.test(hostname)) return [{ address: '127.0.0.1', family: 4 }];
    const [v4, v6] = await Promise.allSettled([
      this.resolver.resolve4(hostname),
      this.resolver.resolve6(hostname),
    ]);
    const addresses = [...listed(v4, 4), ...listed(v6, 6)];
    if (addresses.length > 0) return addresses;
    const { code = 'no address' } = (v4.status === 'rejected' ? v4.reason : {}) as { code?: string };
    throw new OutboundError('dns_failed', `"${hostname}" could not be resolved: ${code}.`);
  }
}

function listed(result: PromiseSettledResult<string[]>, family: 4 | 6): ResolvedAddress[] {
  return result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : [];
}
