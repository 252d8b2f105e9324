import { parseIp } from '../../kernel/ip-network.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import type { Principal } from '../../platform/http/access.js';
import type { Caller } from './caller.js';
import { OverrideTable } from './override-table.js';
import type { ThrottlingOverride } from './throttling-override.js';

const SHOP = 'one.myshopify.com';

function override(
  subjectKind: ThrottlingOverride['subjectKind'],
  subject: string,
  more: Partial<ThrottlingOverride> = {},
): ThrottlingOverride {
  const at = new Date(0);
  return {
    ...{
      id: `${subjectKind} ${subject}`,
      subjectKind,
      subject,
      action: 'exempt',
      limit: null,
      windowSeconds: null,
    },
    ...{ reason: '', createdBy: '', expiresAt: null, version: 1, createdAt: at, updatedAt: at, ...more },
  };
}

function caller(ip: string, principalId?: string): Caller {
  const principal: Principal | undefined = principalId
    ? {
        id: principalId,
        kind: 'api_key',
        role: 'merchant',
        shops: [shopDomain(SHOP)!],
        organisations: [],
        scopes: new Set(),
      }
    : undefined;
  return { address: parseIp(ip), network: ip, principal, tenant: principal && SHOP };
}

function matchOf(overrides: ThrottlingOverride[], who: Caller, now = new Date()): string | undefined {
  const table = new OverrideTable();
  table.replace(overrides);
  return table.match(who, now)?.id;
}

describe('throttling overrides', () => {
  it('are found by address, network, account, key and tenant', () => {
    expect(matchOf([override('ip', '192.0.2.1/32')], caller('192.0.2.1'))).toBe('ip 192.0.2.1/32');
    expect(matchOf([override('ip', '192.0.2.0/24')], caller('192.0.2.255'))).toBe('ip 192.0.2.0/24');
    expect(matchOf([override('ip', '192.0.2.0/24')], caller('192.0.3.0'))).toBeUndefined();
    expect(matchOf([override('ip', '2001:db8::/32')], caller('2001:db8:9::1'))).toBe('ip 2001:db8::/32');
    expect(matchOf([override('ip', '0.0.0.0/0')], caller('2001:db8:9::1'))).toBeUndefined();
    expect(matchOf([override('user', 'a1')], caller('192.0.2.1', 'account:a1'))).toBe('user a1');
    expect(matchOf([override('user', 'a1')], caller('192.0.2.1', 'api_key:a1'))).toBeUndefined();
    expect(matchOf([override('key', 'a1')], caller('192.0.2.1', 'api_key:a1'))).toBe('key a1');
    expect(matchOf([override('tenant', SHOP)], caller('192.0.2.1', 'api_key:a1'))).toBe(`tenant ${SHOP}`);
    expect(matchOf([override('tenant', SHOP)], caller('192.0.2.1'))).toBeUndefined();
  });

  it('decide by the most specific', () => {
    const all = [
      override('ip', '0.0.0.0/0'),
      override('ip', '192.0.2.0/24'),
      override('ip', '192.0.2.1/32'),
      override('tenant', SHOP),
      override('key', 'a1'),
    ];
    const who = caller('192.0.2.1', 'api_key:a1');
    for (let best = all.pop(); best; best = all.pop()) {
      expect(matchOf([...all, best].reverse(), who)).toBe(best.id);
    }
  });

  it('let a block win over whatever is more specific', () => {
    const blocked = [override('key', 'a1'), override('ip', '192.0.0.0/8', { action: 'block' })];
    expect(matchOf(blocked, caller('192.0.2.1', 'api_key:a1'))).toBe('ip 192.0.0.0/8');
  });

  it('end when they expire', () => {
    const expiring = [
      override('ip', '192.0.2.1/32', { expiresAt: new Date(1_000) }),
      override('ip', '192.0.2.0/24'),
    ];
    expect(matchOf(expiring, caller('192.0.2.1'), new Date(999))).toBe('ip 192.0.2.1/32');
    expect(matchOf(expiring, caller('192.0.2.1'), new Date(1_000))).toBe('ip 192.0.2.0/24');
  });
});
