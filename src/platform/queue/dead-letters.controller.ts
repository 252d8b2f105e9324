import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly } from '../http/access.js';
import { ApiProblem } from '../http/openapi.js';
import {
  DeadLetterDetailDto,
  DeadLetterListDto,
  ListDeadLettersQuery,
  MOST_REPLAYED,
  ReplayDeadLettersDto,
  ReplayedDto,
  toDeadLetterDetail,
  toDeadLetterDto,
} from './dead-letter.dto.js';
import { DeadLettersService } from './dead-letters.service.js';
import { JobDto, toJobDto } from './job.dto.js';

@ApiTags('jobs')
@Controller('api/admin/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'listDeadLetters',
    summary: 'Jobs that were given up, newest first',
    description:
      'After their last try, or at once for a payload nobody can read or a job that kills its process.',
  })
  @ApiOkResponse({ type: DeadLetterListDto })
  @ApiProblem('invalid_cursor')
  async list(@Query() { limit, cursor, ...wanted }: ListDeadLettersQuery): Promise<DeadLetterListDto> {
    const { letters, page } = await this.letters.list(wanted, limit, cursor);
    return { data: letters.map(toDeadLetterDto), page };
  }

  @Get(':id')
  @AdminOnly()
  @ApiOperation({
    operationId: 'getDeadLetter',
    summary: 'A job that was given up',
    description: 'With what it was to work on, redacted, and the stack of its last failure.',
  })
  @ApiOkResponse({ type: DeadLetterDetailDto })
  @ApiProblem('job_not_found')
  async get(@Param('id') id: string): Promise<DeadLetterDetailDto> {
    return toDeadLetterDetail(await this.letters.get(id));
  }

  @Post('replay')
  @HttpCode(202)
  @AdminOnly()
  @ApiOperation({
    operationId: 'replayDeadLetters',
    summary: 'Run many again',
    description: 'The newest first, those of a queue, a job, a tenant, or all.',
  })
  @ApiAcceptedResponse({ type: ReplayedDto })
  @ApiProblem('queue_unavailable')
  async replayMany(@Body() { limit = MOST_REPLAYED, ...wanted }: ReplayDeadLettersDto): Promise<ReplayedDto> {
    return { replayed: await this.letters.replayMany(wanted, limit) };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @AdminOnly()
  @ApiOperation({
    operationId: 'replayDeadLetter',
    summary: 'Run one again',
    description: 'With all its tries, as if it were new.',
  })
  @ApiAcceptedResponse({ type: JobDto })
  @ApiProblem('job_not_found', 'queue_unavailable')
  async replay(@Param('id') id: string): Promise<JobDto> {
    return toJobDto(await this.letters.replay(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminOnly()
  @ApiOperation({
    operationId: 'discardDeadLetter',
    summary: 'Let one go',
    description: 'It is a failed job like any other then, and is removed in a day.',
  })
  @ApiNoContentResponse()
  @ApiProblem('job_not_found')
  async discard(@Param('id') id: string): Promise<void> {
    await this.letters.discard(id);
  }
}
