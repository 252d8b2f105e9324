import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AdminOnly, CurrentPrincipal, type Principal } from '../http/access.js';
import { CursorQuery } from '../http/list.dto.js';
import { ApiProblem } from '../http/openapi.js';
import { JobStartedDto } from '../queue/job.dto.js';
import {
  ChangeScheduleDto,
  RunScheduleDto,
  ScheduleDto,
  ScheduleListDto,
  ScheduleRunListDto,
  toRunDto,
  toScheduleDto,
} from './schedules.dto.js';
import { SchedulesService } from './schedules.service.js';

@ApiTags('jobs')
@Controller('api/admin/schedules')
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'listSchedules',
    summary: 'What runs by the clock',
    description: 'Each schedule with its next run and its last one.',
  })
  @ApiOkResponse({ type: ScheduleListDto })
  async list(): Promise<ScheduleListDto> {
    return { data: (await this.schedules.list()).map(toScheduleDto) };
  }

  @Get(':schedule/runs')
  @AdminOnly()
  @ApiOperation({
    operationId: 'listScheduleRuns',
    summary: 'The runs of a schedule, newest first',
    description: 'What started each, how long it took, what it did or why it failed.',
  })
  @ApiOkResponse({ type: ScheduleRunListDto })
  @ApiProblem('schedule_not_found', 'invalid_cursor')
  async runs(
    @Param('schedule') name: string,
    @Query() { limit, cursor }: CursorQuery,
  ): Promise<ScheduleRunListDto> {
    const { jobs, page } = await this.schedules.runs(name, limit, cursor);
    return { data: jobs.map(toRunDto), page };
  }

  @Post(':schedule/run')
  @HttpCode(202)
  @AdminOnly()
  @ApiOperation({
    operationId: 'runSchedule',
    summary: 'Start the job of a schedule now',
    description: 'Beside its slots, also while it is paused. With `dryRun`, where it has one, it only tells.',
  })
  @ApiAcceptedResponse({ type: JobStartedDto })
  @ApiProblem('schedule_not_found', 'validation_failed', 'queue_unavailable')
  async run(
    @Param('schedule') name: string,
    @Body() { dryRun = false }: RunScheduleDto,
    @CurrentPrincipal() { id: by }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobStartedDto> {
    const { id } = await this.schedules.run(name, dryRun, by);
    void reply.header('location', `/api/jobs/${id}`);
    return { jobId: id };
  }

  @Patch(':schedule')
  @AdminOnly()
  @ApiOperation({
    operationId: 'changeSchedule',
    summary: 'Pause a schedule, or let it go on',
    description: 'Holds for every instance. Slots that pass while it is paused are not made up for.',
  })
  @ApiOkResponse({ type: ScheduleDto })
  @ApiProblem('schedule_not_found', 'validation_failed')
  async change(@Param('schedule') name: string, @Body() { paused }: ChangeScheduleDto): Promise<ScheduleDto> {
    return toScheduleDto(await this.schedules.pause(name, paused));
  }
}
