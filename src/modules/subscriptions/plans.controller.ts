import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Cached } from '../../platform/cache/cached.js';
import { AdminOnly, Public } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { CreatePlanDto, PlanDto, PlanListDto, toPlanDto, UpdatePlanDto } from './plans.dto.js';
import { PLANS_TAG, PlansService } from './plans.service.js';

const CachedPlans = () =>
  Cached({
    resource: 'plans',
    ttlSeconds: 3600,
    staleSeconds: 300,
    scope: 'public',
    tags: () => [PLANS_TAG],
  });

@ApiTags('plans')
@Controller('api/plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get()
  @CachedPlans()
  @Public()
  @ApiOperation({
    operationId: 'listPlans',
    summary: 'Plans on offer, cheapest first',
    description: 'For everybody, as a pricing page shows them. Archived plans are left out.',
  })
  @ApiOkResponse({ type: PlanListDto })
  async list(): Promise<PlanListDto> {
    const plans = await this.plans.listOffered();
    return { data: plans.map(toPlanDto), page: { nextCursor: null, hasMore: false, total: plans.length } };
  }

  @Get(':plan')
  @CachedPlans()
  @Public()
  @ApiOperation({
    operationId: 'getPlan',
    summary: 'One plan',
    description: 'For everybody, archived plans too.',
  })
  @ApiOkResponse({ type: PlanDto })
  @ApiProblem('plan_not_found')
  async get(@Param('plan') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<PlanDto> {
    return answer(reply, toPlanDto(await this.plans.get(id)));
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    operationId: 'createPlan',
    summary: 'Add a plan',
    description: 'For operators. The name in `plan` is what subscriptions refer to; it stays.',
  })
  @ApiCreatedResponse({ type: PlanDto })
  @ApiProblem('validation_failed', 'plan_exists')
  async create(
    @Body() { plan, ...input }: CreatePlanDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlanDto> {
    const created = await this.plans.create(plan, input);
    void reply.header('location', `/api/plans/${plan}`);
    return answer(reply, toPlanDto(created));
  }

  @Patch(':plan')
  @AdminOnly()
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updatePlan',
    summary: 'Change a plan, for its subscribers too',
    description:
      'For operators. Only the fields that are given change. With `If-Match` nothing does when somebody was faster.',
  })
  @ApiOkResponse({ type: PlanDto })
  @ApiProblem('validation_failed', 'plan_not_found', 'version_mismatch')
  async update(
    @Param('plan') id: string,
    @Body() body: UpdatePlanDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PlanDto> {
    return answer(reply, toPlanDto(await this.plans.update(id, body, expectedVersion(ifMatch))));
  }

  @Delete(':plan')
  @AdminOnly()
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'archivePlan',
    summary: 'Take a plan off the offer; its subscribers keep it',
    description: 'For operators. The plan that shops get which chose none stays on offer.',
  })
  @ApiOkResponse({ type: PlanDto })
  @ApiProblem('plan_not_found', 'plan_in_use', 'version_mismatch')
  async archive(@Param('plan') id: string, @Headers('if-match') ifMatch?: string): Promise<PlanDto> {
    return toPlanDto(await this.plans.archive(id, expectedVersion(ifMatch)));
  }
}

function answer(reply: FastifyReply, plan: PlanDto): PlanDto {
  void reply.header('etag', etagOf(plan.version));
  return plan;
}
