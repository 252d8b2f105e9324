import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/access.js';
import { AccountsService } from './accounts/accounts.service.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { IpAllowlist } from './ip-allowlist.js';
import { isTicket, SessionTicketsService } from './sessions/session-tickets.service.js';

/** A caller, and a way to ask later whether it still is one. */
export interface Admission {
  principal: Principal;
  /** Undefined when the credentials are no longer in force. @throws AppError `ip_not_allowed` */
  again: () => Promise<Principal | undefined>;
}

/** Whose credentials these are, wherever they came. */
@Injectable()
export class Credentials {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly addresses: IpAllowlist,
    private readonly tickets: SessionTicketsService,
  ) {}

  /** Whose API key or access token this is, or undefined when it is not in force. */
  async principalOf(token: string): Promise<Principal | undefined> {
    return token.startsWith('ent_') ? this.keys.authenticate(token) : this.accounts.authenticate(token);
  }

  /**
   * The caller of a connection that lasts, as it may act from an address: by an API key or an access token, which are
   * looked at again; or by a page's ticket, which is used up, and its session is looked at again.
   * @throws AppError `ip_not_allowed`
   */
  async admit(token: string, ip: string): Promise<Admission | undefined> {
    const from = async (principal: Principal | undefined): Promise<Principal | undefined> => {
      if (!principal) return undefined;
      this.addresses.assertOfKey(principal, ip);
      return this.addresses.withinShops(principal, ip);
    };
    const byTicket = isTicket(token);
    const principal = await from(await (byTicket ? this.tickets.redeem(token) : this.principalOf(token)));
    if (!principal) return undefined;
    const { session = '' } = principal;
    return {
      principal,
      again: async () => from(await (byTicket ? this.tickets.inForce(session) : this.principalOf(token))),
    };
  }
}
