import { ApiProperty } from '@nestjs/swagger';

const part = () => ({
  type: 'object' as const,
  required: ['status'],
  properties: {
    status: { type: 'string' as const, enum: ['up', 'down'] },
    message: { type: 'string' as const },
  },
  additionalProperties: true,
});
const parts = (description: string, example: object) => ({
  type: 'object' as const,
  additionalProperties: part(),
  description,
  example,
});

/** Terminus' result. */
export class HealthDto {
  @ApiProperty({ enum: ['ok', 'error', 'shutting_down'] }) status: string;
  @ApiProperty(parts('Parts that are up', { redis: { status: 'up', pingMs: 0.4 } })) info: object;
  @ApiProperty(parts('Parts that are down', {})) error: object;
  @ApiProperty(parts('Every part', { redis: { status: 'up', pingMs: 0.4 } })) details: object;
}

/** Where the process is between its start and its end. */
export class LifecycleDto {
  @ApiProperty({ enum: ['starting', 'running', 'stopping'] }) status: string;
}
