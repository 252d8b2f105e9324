import type { FastifyRequest } from 'fastify';
import { parseIp, subscriberNetwork } from '../../kernel/ip-network.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import type { Principal } from '../../platform/http/access.js';

/** Who a request comes from, as limits and overrides see it. */
export interface Caller {
  address: ReturnType<typeof parseIp>;
  /** The IPv4 address, or the /64 of an IPv6 address. */
  network: string;
  principal: Principal | undefined;
  /** The shop, or the organisation of a key that is for one. */
  tenant: string | undefined;
}

export function callerOf(request: FastifyRequest): Caller {
  const address = addressOf(request);
  const principal = request.identified;
  return {
    address,
    network: subscriberNetwork(address),
    principal,
    tenant: principal && tenantOf(principal, request),
  };
}

/**
 * Fastify's `request.ip` follows X-Forwarded-For through trusted proxies only. A proxy may add the port or write what
 * is no address; then the peer counts, so that garbage does not make a caller of its own.
 */
function addressOf(request: FastifyRequest): Caller['address'] {
  const withoutPort = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/.exec(request.ip);
  return (
    parseIp(request.ip) ??
    parseIp(withoutPort?.[1] ?? withoutPort?.[2] ?? '') ??
    parseIp(request.socket.remoteAddress ?? '')
  );
}

/** The one tenant of the credentials; for an account with several, the path's. Operators act for none. */
function tenantOf({ role, shops, organisations }: Principal, request: FastifyRequest): string | undefined {
  if (role === 'admin') return undefined;
  const all = [...shops, ...organisations];
  if (all.length === 1) return all[0];
  const { shop = '', organisation = '' } = request.params as { shop?: string; organisation?: string };
  const named = shopDomain(shop) ?? organisation;
  return all.includes(named) ? named : undefined;
}
