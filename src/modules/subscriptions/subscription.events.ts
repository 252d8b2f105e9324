import { defineEvent } from '../../platform/events/event-type.js';
import { SUBSCRIPTION_TRANSITIONS, type Subscription, type SubscriptionStatus } from './subscription.js';

export interface SubscriptionEventData {
  plan: string;
  status: SubscriptionStatus;
  trialEndsAt: Date | null;
  /** Null for a new one. */
  previous: { plan: string; status: SubscriptionStatus } | null;
}

const PLAN = { type: 'string' };
const STATUS = { enum: Object.keys(SUBSCRIPTION_TRANSITIONS) };
const FIELDS = {
  plan: PLAN,
  status: STATUS,
  trialEndsAt: { type: ['string', 'null'], format: 'date-time' },
  previous: {
    type: ['object', 'null'],
    properties: { plan: PLAN, status: STATUS },
    required: ['plan', 'status'],
  },
};

export const subscriptionCreated = defineEvent<SubscriptionEventData>(
  'subscription.created',
  'A shop got its first subscription.',
  FIELDS,
  { plan: 'starter', status: 'active', trialEndsAt: null, previous: null },
);
export const subscriptionUpdated = defineEvent<SubscriptionEventData>(
  'subscription.updated',
  'The plan or the status of a subscription changed.',
  FIELDS,
  {
    ...{ plan: 'growth', status: 'active', trialEndsAt: null },
    previous: { plan: 'starter', status: 'active' },
  },
);

export function dataOf(before: Subscription | null, after: Subscription): SubscriptionEventData {
  const { plan, status, trialEndsAt } = after;
  const previous = before && { plan: before.plan, status: before.status };
  return { plan, status, trialEndsAt, previous };
}
