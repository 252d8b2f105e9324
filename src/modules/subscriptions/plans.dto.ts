import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { IntField, ObjectField, StringField } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/list.dto.js';
import type { Plan } from './plan.js';

export class PlanLimitsDto {
  @IntField({ nullable: true, min: 0, example: 1000, description: 'Products; null for no limit' })
  products: number | null;

  @IntField({
    nullable: true,
    min: 0,
    example: 500,
    description: 'Optimised products a month; null for no limit',
  })
  optimizationsPerMonth: number | null;

  @IntField({ min: 1, max: 1_000_000, example: 120 })
  requestsPerMinute: number;
}

export class CreatePlanDto {
  @StringField({
    pattern: /^[a-z][a-z0-9-]{1,39}$/,
    maxLength: 40,
    example: 'growth',
    description: 'Stable name',
  })
  plan: string;

  @StringField({ minLength: 1, maxLength: 80, example: 'Growth' })
  name: string;

  @IntField({ min: 0, example: 2900, description: "A month's price in minor units" })
  price: number;

  @StringField({ pattern: /^[A-Z]{3}$/, maxLength: 3, example: 'EUR', description: 'ISO 4217' })
  currency: string;

  @IntField({ min: 0, max: 365, example: 14 })
  trialDays: number;

  @ObjectField(() => PlanLimitsDto)
  limits: PlanLimitsDto;
}

export class UpdatePlanDto extends PartialType(OmitType(CreatePlanDto, ['plan']), {
  skipNullProperties: false,
}) {}

export class PlanDto extends CreatePlanDto {
  @ApiProperty({ type: Date, nullable: true, description: 'Set when the plan takes no new subscribers' })
  archivedAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class PlanListDto {
  @ApiProperty({ type: [PlanDto] }) data: PlanDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toPlanDto(plan: Plan): PlanDto {
  return plan;
}
