import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { InvitationsService, ofShop } from '../identity/index.js';
import type { Shop } from './shop.js';
import { ShopsService, type InstallShop } from './shops.service.js';

/** An installation with the invitation of its owner. */
@Injectable()
export class ShopInstallationService {
  constructor(
    private readonly shops: ShopsService,
    private readonly invitations: InvitationsService,
  ) {}

  /**
   * Installs a shop and invites its owner, if one is named. `invitedBy` is the installer's `Principal.id`.
   * @throws AppError as `ShopsService.install`
   */
  async install(
    shop: ShopDomain,
    { ownerEmail, ...input }: InstallShop & { ownerEmail?: string },
    invitedBy: string,
  ): Promise<{ shop: Shop; apiKey: string }> {
    const installed = await this.shops.install(shop, input);
    if (ownerEmail) await this.inviteOwner(shop, ownerEmail.toLowerCase(), invitedBy);
    return installed;
  }

  private async inviteOwner(shop: ShopDomain, email: string, invitedBy: string): Promise<void> {
    try {
      await this.invitations.invite(ofShop(shop), { email, role: 'owner', scopes: [], invitedBy });
    } catch (error) {
      // a shop that comes back has its members still
      if (!(error instanceof AppError && error.code === 'already_member')) throw error;
    }
  }
}
