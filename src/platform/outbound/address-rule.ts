import { contains, parseIp, parseNetwork, type IpNetwork } from '../../kernel/ip-network.js';

/**
 * Which addresses a tenant may make this service call: those of the public internet, as IANA's special-purpose
 * registries leave them over (RFC 6890), and the networks an operator has allowed by name.
 */
export class AddressRule {
  private readonly allowed: readonly IpNetwork[];

  constructor(allowedNetworks: readonly string[]) {
    this.allowed = allowedNetworks.map(parseNetwork).filter((network) => network !== undefined);
  }

  /** Why an address must not be called, e.g. `loopback`, `linkLocal`; undefined when it may be. */
  refusal(ip: string): string | undefined {
    const address = parseIp(ip);
    if (!address) return 'no address';
    const range = address.range();
    if (range === 'unicast' || this.allowed.some((network) => contains(network, address))) return undefined;
    return range;
  }
}
