import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/access.js';
import { AccountsService } from './accounts/accounts.service.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { IpAllowlist } from './ip-allowlist.js';

/** Whose credentials these are, wherever they came. */
@Injectable()
export class Credentials {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly addresses: IpAllowlist,
  ) {}

  /** Whose API key or access token this is, or undefined when it is not in force. */
  async principalOf(token: string): Promise<Principal | undefined> {
    return token.startsWith('ent_') ? this.keys.authenticate(token) : this.accounts.authenticate(token);
  }

  /**
   * The same for what is no HTTP request: the caller as it may act from an address.
   * @throws AppError `ip_not_allowed`
   */
  async principalFrom(token: string, ip: string): Promise<Principal | undefined> {
    const principal = await this.principalOf(token);
    if (!principal) return undefined;
    this.addresses.assertOfKey(principal, ip);
    return this.addresses.withinShops(principal, ip);
  }
}
