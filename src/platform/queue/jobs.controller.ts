import {
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Sse,
  UseGuards,
  type MessageEvent,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { interval, map, merge, takeUntil, last, share, type Observable } from 'rxjs';
import { CurrentPrincipal, RequireScope, type Principal } from '../http/access.js';
import { ApiProblem } from '../http/openapi.js';
import { Produces } from '../http/route-config.js';
import { hasEnded } from './job.js';
import { JobDto, JobListDto, ListJobsQuery, toJobDto } from './job.dto.js';
import { JobVisibleGuard, listedFor, visibleTo } from './job-visible.guard.js';
import { JobWatcher } from './job-watcher.js';
import { JobsService } from './jobs.service.js';

const PING_MS = 15_000;

@ApiTags('jobs')
@Controller('api/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly watcher: JobWatcher,
  ) {}

  @Get()
  @RequireScope('jobs:read')
  @ApiOperation({
    operationId: 'listJobs',
    summary: 'Jobs, newest first',
    description:
      "Those of the caller's own shops and organisations; an operator sees every one, and the system's own.",
  })
  @ApiOkResponse({ type: JobListDto })
  @ApiProblem('invalid_cursor')
  async list(@Query() query: ListJobsQuery, @CurrentPrincipal() principal: Principal): Promise<JobListDto> {
    const { limit, cursor, shop, ...wanted } = query;
    const { jobs, page } = await this.jobs.list({ ...wanted, ...listedFor(principal, shop) }, limit, cursor);
    return { data: jobs.map(toJobDto), page };
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RequireScope('jobs:write')
  @ApiOperation({
    operationId: 'cancelJob',
    summary: 'End a job',
    description:
      'At once where it waits; one that runs ends within moments. What it has done by then stays done.',
  })
  @ApiAcceptedResponse({ type: JobDto })
  @ApiProblem('job_not_found', 'job_ended', 'queue_unavailable')
  async cancel(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<JobDto> {
    return toJobDto(await this.jobs.cancel(id, visibleTo(principal, 'jobs:write')));
  }

  @Get(':id')
  @RequireScope('jobs:read')
  @ApiOperation({
    operationId: 'getJob',
    summary: 'State, progress and result of a job',
    description:
      'A job of another tenant is not found. `result` stands there when the job has completed, `error` when its last try has failed.',
  })
  @ApiOkResponse({ type: JobDto })
  @ApiProblem('job_not_found')
  async get(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<JobDto> {
    return toJobDto(await this.jobs.get(id, visibleTo(principal)));
  }

  @Sse(':id/events')
  @Produces('text/event-stream')
  @RequireScope('jobs:read')
  @UseGuards(JobVisibleGuard)
  @ApiOperation({
    operationId: 'streamJob',
    summary: 'The job as server-sent events: one now, one at each change, the last when it has ended',
    description:
      'The data of each event is what `GET /api/jobs/{id}` answers. The stream ends with the job; after a break, open it again: its first event tells where the job is.',
  })
  @ApiOkResponse({
    description:
      'Events `progress`, `completed`, `failed`, `cancelled` carry the job (JobDto) as data; `ping` keeps proxies awake',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          example: 'event: completed\ndata: {"id":"6921b0d2a1f4b0a7c9e01234","state":"completed"}\n\n',
        },
      },
    },
  })
  @ApiProblem('job_not_found')
  events(@Param('id') id: string): Observable<MessageEvent> {
    const states = this.watcher.watch(id).pipe(share());
    const pings = interval(PING_MS).pipe(map(() => ({ type: 'ping', data: {} })));
    return merge(
      states.pipe(
        map((job) => ({
          type: hasEnded(job.state) ? job.state : 'progress',
          data: toJobDto(job),
        })),
      ),
      pings.pipe(takeUntil(states.pipe(last(null, undefined)))),
    );
  }
}
