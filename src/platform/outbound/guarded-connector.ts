import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRule } from './address-rule.js';
import { OutboundError } from './outbound-error.js';
import type { AddressResolver } from './address-resolver.js';

/**
 * Connects to allowed addresses only. What is checked is what the socket is then given, so a name that resolves to
 * something else a moment later (DNS rebinding) gains nothing.
 */
export function guardedConnector(
  rule: AddressRule,
  resolver: AddressResolver,
  timeoutMs: number,
): buildConnector.connector {
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    resolver.resolve(hostname).then(
      (addresses) => {
        // one bad address spoils the name: a public service has no reason to point inside
        const bad = addresses.find(({ address }) => rule.refusal(address));
        const [first] = addresses;
        if (bad) callback(refused(bad.address, rule, hostname), '', 0);
        else if (!first) callback(new OutboundError('dns_failed', `"${hostname}" has no address.`), '', 0);
        else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as Error, '', 0);
      },
    );
  };
  const connect = buildConnector({ lookup, timeout: timeoutMs, allowH2: false });
  return (options, callback) => {
    // the socket looks up names only: an address written out is checked here
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) && rule.refusal(host)) callback(refused(host, rule), null);
    else connect(options, callback);
  };
}

function refused(address: string, rule: AddressRule, hostname?: string): OutboundError {
  const what = hostname ? `"${hostname}" resolves to ${address}` : address;
  return new OutboundError('address_refused', `${what}, which is not public (${rule.refusal(address)}).`);
}
