import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../kernel/errors.js';
import { contains, parseIp, parseNetwork, type IpNetwork } from '../../kernel/ip-network.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Principal } from '../../platform/http/access.js';
import { TenantDirectory } from '../../platform/tenancy/tenant-directory.js';

const parsed = new LRUCache<string, IpNetwork>({ max: 10_000 });

/** Whether the address lies in one of the networks (CIDRs); an empty list holds every address. */
export function allowsAddress(networks: readonly string[], ip: string): boolean {
  if (networks.length === 0) return true;
  const address = parseIp(ip);
  return address !== undefined && networks.some((cidr) => isIn(cidr, address));
}

function isIn(cidr: string, address: NonNullable<ReturnType<typeof parseIp>>): boolean {
  const network = parsed.get(cidr) ?? parseNetwork(cidr);
  if (!network) return false;
  parsed.set(cidr, network);
  return contains(network, address);
}

/** From where the keys and members of a shop may call, and from where one key may. Operators are not bound. */
@Injectable()
export class IpAllowlist {
  constructor(private readonly shops: TenantDirectory) {}

  /** @throws AppError `ip_not_allowed` when the key or the shop is not for this address */
  async assertInShop(principal: Principal, shop: ShopDomain, ip: string): Promise<void> {
    if (principal.role === 'admin') return;
    const shopAllows = allowsAddress((await this.shops.profile(shop))?.ipAllowlist ?? [], ip);
    if (!shopAllows) throw new AppError('ip_not_allowed', `The shop "${shop}" allows no calls from ${ip}.`);
  }

  /** @throws AppError `ip_not_allowed` */
  assertOfKey({ ipAllowlist = [] }: Principal, ip: string): void {
    if (allowsAddress(ipAllowlist, ip)) return;
    throw new AppError('ip_not_allowed', `This API key does not work from ${ip}.`);
  }

  /**
   * The caller as it may act on a route that names no shop: a key only from where its shop allows, an account without
   * the shops that do not allow its address.
   * @throws AppError `ip_not_allowed` for a key
   */
  async withinShops(principal: Principal, ip: string): Promise<Principal> {
    if (principal.role === 'admin' || principal.shops.length === 0) return principal;
    if (principal.kind === 'api_key') {
      for (const shop of principal.shops) await this.assertInShop(principal, shop, ip);
      return principal;
    }
    const shops: ShopDomain[] = [];
    for (const shop of principal.shops) {
      if (allowsAddress((await this.shops.profile(shop))?.ipAllowlist ?? [], ip)) shops.push(shop);
    }
    return shops.length === principal.shops.length ? principal : { ...principal, shops };
  }
}
