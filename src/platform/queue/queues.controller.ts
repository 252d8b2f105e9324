import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../http/access.js';
import { ApiProblem } from '../http/openapi.js';
import { QueueHealth, type QueueState } from './queue-health.js';
import { QUEUE_NAMES, type QueueName } from './queues.js';

export class QueueStateDto implements QueueState {
  @ApiProperty({ enum: QUEUE_NAMES }) queue: QueueName;
  @ApiProperty({ type: 'integer', description: 'In the queue, not yet begun' }) waiting: number;
  @ApiProperty({ type: 'integer' }) active: number;
  @ApiProperty({ type: 'integer', description: 'Waiting for the time of their next try' }) delayed: number;
  @ApiProperty({ type: 'integer', description: 'Waiting until fewer of their tenant are in the queue' })
  held: number;
  @ApiProperty({ type: 'integer', description: 'Given up: see the dead letters' }) dead: number;
  @ApiProperty({ type: 'integer', description: 'Age of the one that has waited longest in the queue' })
  oldestSeconds: number;
  @ApiProperty({ type: 'integer' }) workers: number;
}

export class QueueStatesDto {
  @ApiProperty({ type: [QueueStateDto] }) data: QueueStateDto[];
}

@ApiTags('jobs')
@Controller('api/admin/queues')
export class QueuesController {
  constructor(private readonly health: QueueHealth) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'listQueues',
    summary: 'How every queue stands',
    description: 'Depth, age of the oldest, workers and dead letters of each.',
  })
  @ApiOkResponse({ type: QueueStatesDto })
  @ApiProblem('queue_unavailable')
  async list(): Promise<QueueStatesDto> {
    return { data: await this.health.states() };
  }
}
