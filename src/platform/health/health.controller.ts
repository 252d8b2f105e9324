import { Controller, Get, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult, type HealthIndicatorFunction } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/access.js';
import { Produces } from '../http/route-config.js';
import { LimitAs } from '../limits/limit-as.js';
import { Metrics } from '../observability/metrics.js';
import { HealthDto, LifecycleDto } from './health.dto.js';
import { HealthIndicators } from './health.indicators.js';
import { Lifecycle } from './lifecycle.js';

/** For orchestrators and operators. A failing check is 503 with the same body, so that it says what is wrong. */
@ApiTags('operations')
@Public()
@LimitAs('exempt')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicators,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({
    operationId: 'live',
    summary: 'Whether the process runs; looks at nothing else',
    description:
      'For a liveness probe. It does not fail when the database or Redis does: a restart would not mend those.',
  })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['ok'] } },
      required: ['status'],
    },
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/startup')
  @ApiOperation({
    operationId: 'startup',
    summary: 'Whether the start is over',
    description: 'For a startup probe: 503 until the instance takes requests.',
  })
  @ApiOkResponse({ type: LifecycleDto, description: 'Started' })
  @ApiServiceUnavailableResponse({ type: LifecycleDto, description: 'Still starting' })
  startup(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    if (this.lifecycle.state === 'starting') void reply.code(503);
    return { status: this.lifecycle.state };
  }

  @Get('health/ready')
  @ApiOperation({
    operationId: 'ready',
    summary: 'Whether requests can be served',
    description:
      'For a readiness probe or a load balancer: 503 while the instance starts or stops, and while the database or Redis is down.',
  })
  @ApiOkResponse({ type: HealthDto, description: 'Ready' })
  @ApiServiceUnavailableResponse({
    description: 'Starting, stopping, or a dependency is missing',
    schema: { oneOf: [{ $ref: getSchemaPath(HealthDto) }, { $ref: getSchemaPath(LifecycleDto) }] },
  })
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HealthCheckResult | { status: string }> {
    if (this.lifecycle.state !== 'running') {
      void reply.code(503);
      return { status: this.lifecycle.state };
    }
    return this.check(reply, [() => this.indicators.database(), () => this.indicators.redis()]);
  }

  @Get('health')
  @ApiOperation({
    operationId: 'health',
    summary: 'Every part, with figures',
    description:
      'For people and dashboards: database, Redis, queues, cache, limits, tracking, memory and environment. 503 when one of them is down.',
  })
  @ApiOkResponse({ type: HealthDto, description: 'All parts are up' })
  @ApiServiceUnavailableResponse({ type: HealthDto, description: 'Some part is down' })
  async all(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return this.check(reply, [
      () => this.indicators.database(),
      () => this.indicators.redis(),
      () => this.indicators.queueDepths(),
      () => this.indicators.cacheTiers(),
      () => this.indicators.limits(),
      ...this.indicators.features(),
      () => this.indicators.memory(),
      () => this.indicators.environment(),
    ]);
  }

  @Get('metrics')
  @Produces('text/plain')
  @ApiOperation({
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    description:
      'In the text format of Prometheus, of the instance that answers, all its processes together. It asks for no credentials: keep it inside your network.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.text();
  }

  /** Terminus throws on a failing check; the body it carries is the answer all the same. */
  private async check(reply: FastifyReply, checks: HealthIndicatorFunction[]): Promise<HealthCheckResult> {
    void reply.header('cache-control', 'no-store');
    try {
      return await this.health.check(checks);
    } catch (error) {
      const result = (error as { getResponse?: () => HealthCheckResult }).getResponse?.();
      if (!result) throw error;
      void reply.code(503);
      return result;
    }
  }
}
