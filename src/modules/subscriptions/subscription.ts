import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Transitions } from '../../kernel/state-machine.js';

export const SUBSCRIPTION_STATUSES = ['trial', 'active', 'past_due', 'cancelled'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export const SUBSCRIPTION_TRANSITIONS: Transitions<SubscriptionStatus> = {
  trial: ['active', 'past_due', 'cancelled'],
  active: ['past_due', 'cancelled'],
  past_due: ['active', 'cancelled'],
  cancelled: ['active'],
};

export interface Subscription {
  shop: ShopDomain;
  plan: string;
  status: SubscriptionStatus;
  trialEndsAt: Date | null;
  /** Kept by guarded increments; reconciled with a count by a job. */
  usage: { products: number };
  /** Newest last. */
  history: { status: SubscriptionStatus; plan: string; at: Date }[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}
