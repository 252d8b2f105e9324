import { ApiProperty } from '@nestjs/swagger';
import { StringField } from '../../../platform/http/fields.js';
import { CLIENT_EXAMPLE } from '../transport-orders.dto.js';
import type { TransportImportResult, TransportRowProblem } from './transport-import.job.js';

export class ImportTransportsQuery {
  @StringField({
    optional: true,
    example: CLIENT_EXAMPLE,
    description: 'Who sends, for operators and for callers that reach several clients',
  })
  clientId?: string;
}

export class TransportRowProblemDto implements TransportRowProblem {
  @ApiProperty({ type: 'integer', example: 17, description: 'Line of the file, the header being 1' })
  line: number;
  @ApiProperty({ required: false, example: 'pickup.city' }) column?: string;
  @ApiProperty({ required: false, example: 'SHIP-1042' }) reference?: string;
  @ApiProperty({ example: 'min_length' }) code: string;
  @ApiProperty() message: string;
}

/** `result` of the job `transport-orders.import`. */
export class TransportImportResultDto implements TransportImportResult {
  @ApiProperty({ type: 'integer', example: 118 }) created: number;
  @ApiProperty({ type: 'integer', example: 2, description: 'Rows whose order was there already' })
  unchanged: number;
  @ApiProperty({ type: 'integer', example: 1, description: 'Rows that did not land' }) failed: number;
  @ApiProperty({
    type: [TransportRowProblemDto],
    description: 'What is wrong with them, by line; a row may have several, the first thousand are told',
  })
  errors: TransportRowProblemDto[];
}
