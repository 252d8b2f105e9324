import { ApiProperty } from '@nestjs/swagger';
import { EnumField, StringField } from '../../platform/http/fields.js';
import { PlanLimitsDto } from './plans.dto.js';
import type { PlanInForce } from './subscriptions.service.js';
import { SUBSCRIPTION_STATUSES, type Subscription, type SubscriptionStatus } from './subscription.js';

export class ChangeSubscriptionDto {
  @StringField({ optional: true, maxLength: 40, example: 'growth' })
  plan?: string;

  @EnumField(SUBSCRIPTION_STATUSES, {
    optional: true,
    description: 'A merchant may only cancel; the other states follow payment and are set by operators',
  })
  status?: SubscriptionStatus;
}

export class UsageDto {
  @ApiProperty({ type: 'integer', example: 120 }) products: number;
}

export class SubscriptionEventDto {
  @ApiProperty({ enum: SUBSCRIPTION_STATUSES }) status: SubscriptionStatus;
  @ApiProperty({ example: 'starter' }) plan: string;
  @ApiProperty() at: Date;
}

export class SubscriptionDto {
  @ApiProperty({ example: 'nordlys-apparel.myshopify.com' }) shop: string;
  @ApiProperty({ example: 'growth' }) plan: string;
  @ApiProperty({ enum: SUBSCRIPTION_STATUSES }) status: SubscriptionStatus;
  @ApiProperty({ type: Date, nullable: true }) trialEndsAt: Date | null;
  @ApiProperty({ description: 'The limits in force; a cancelled subscription has those of the default plan' })
  limits: PlanLimitsDto;
  @ApiProperty() usage: UsageDto;
  @ApiProperty({ type: [SubscriptionEventDto], description: 'Newest last, the latest 100' })
  history: SubscriptionEventDto[];
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export function toSubscriptionDto(subscription: Subscription, { limits }: PlanInForce): SubscriptionDto {
  return { ...subscription, limits };
}
