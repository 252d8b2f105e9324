import { familyOf, networkAt, parseNetwork } from '../../kernel/ip-network.js';
import type { Caller } from './caller.js';
import { inForce, type SubjectKind, type ThrottlingOverride } from './throttling-override.js';

/**
 * The overrides in memory. Looking up an address costs one map access for each prefix length in use, whatever the
 * number of overrides.
 */
export class OverrideTable {
  private bySubject = new Map<string, ThrottlingOverride>();
  /** Prefix lengths in use, longest first, by IP family. */
  private prefixes: Record<4 | 6, number[]> = { 4: [], 6: [] };

  replace(overrides: readonly ThrottlingOverride[]): void {
    const prefixes = { 4: new Set<number>(), 6: new Set<number>() };
    const bySubject = new Map<string, ThrottlingOverride>();
    for (const override of overrides) {
      const network = override.subjectKind === 'ip' ? parseNetwork(override.subject) : undefined;
      if (network) prefixes[network.family].add(network.prefix);
      bySubject.set(subjectKey(override.subjectKind, network?.cidr ?? override.subject), override);
    }
    const longestFirst = (set: Set<number>) => [...set].sort((a, b) => b - a);
    this.prefixes = { 4: longestFirst(prefixes[4]), 6: longestFirst(prefixes[6]) };
    this.bySubject = bySubject;
  }

  get size(): number {
    return this.bySubject.size;
  }

  /**
   * The override that decides: a block that fits, whatever else fits too; else the most specific one, in the order
   * key, user, tenant, longest network.
   */
  match(caller: Caller, now = new Date()): ThrottlingOverride | undefined {
    if (this.bySubject.size === 0) return undefined;
    const fitting = this.candidates(caller).filter((override) => inForce(override, now));
    return fitting.find(({ action }) => action === 'block') ?? fitting[0];
  }

  private candidates({ principal, tenant, address }: Caller): ThrottlingOverride[] {
    const [kind, id] = principal ? subjectOf(principal.id) : [];
    const keys = [
      ...(kind && id ? [subjectKey(kind, id)] : []),
      ...(tenant ? [subjectKey('tenant', tenant)] : []),
      ...(address
        ? this.prefixes[familyOf(address)].map((prefix) => subjectKey('ip', networkAt(address, prefix).cidr))
        : []),
    ];
    return keys.flatMap((key) => this.bySubject.get(key) ?? []);
  }
}

/** `account:<id>` or `api_key:<id>` as a subject. */
function subjectOf(principalId: string): [SubjectKind, string] {
  const at = principalId.indexOf(':');
  return [principalId.startsWith('api_key:') ? 'key' : 'user', principalId.slice(at + 1)];
}

function subjectKey(kind: SubjectKind, subject: string): string {
  return `${kind} ${subject}`;
}
