import { ApiProperty } from '@nestjs/swagger';
import type { ImportProblem, ImportResult } from './import.job.js';

export class ImportProblemDto implements ImportProblem {
  @ApiProperty({ type: 'integer', example: 17, description: 'Line of the file, the header being 1' })
  line: number;
  @ApiProperty({ required: false, example: 'Variant Price' }) column?: string;
  @ApiProperty({ required: false, example: 'ocean-blue-shirt' }) handle?: string;
  @ApiProperty({ example: 'invalid_price' }) code: string;
  @ApiProperty() message: string;
}

/** `result` of the job `product.import`. */
export class ImportResultDto implements ImportResult {
  @ApiProperty({ type: 'integer', example: 118 }) created: number;
  @ApiProperty({ type: 'integer', example: 2 }) updated: number;
  @ApiProperty({ type: 'integer', example: 0 }) unchanged: number;
  @ApiProperty({
    type: 'integer',
    example: 1,
    description: 'Rows reported; the first thousand are in `errors`',
  })
  failed: number;
  @ApiProperty({ type: [ImportProblemDto] }) errors: ImportProblemDto[];
}
