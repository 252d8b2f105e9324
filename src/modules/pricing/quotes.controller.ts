import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../platform/http/access.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import { NotIdempotent } from '../../platform/idempotency/not-idempotent.js';
import { QuoteRequestDto, QuotesDto } from './quotes.dto.js';
import { QuotesService } from './quotes.service.js';

@ApiTags('quotes')
@Controller('api/quotes')
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Post()
  @HttpCode(200)
  @NotIdempotent() // it only reads
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'quote',
    summary: 'Carriers for a shipment, ranked, each with its price line by line',
    description:
      'Nothing is stored and nobody is asked. Carriers that cannot take the shipment are listed with the reason.',
  })
  @ApiOkResponse({ type: QuotesDto })
  @ApiProblem('validation_failed')
  async quote(@Body() { rule, limit, stops, pickupAt, ...shipment }: QuoteRequestDto): Promise<QuotesDto> {
    const request = {
      ...shipment,
      stops: stops.map(({ coordinates }) => coordinates),
      pickupAt: pickupAt ?? new Date(),
    };
    const { quotes, unavailable } = await this.quotes.quote(request, rule);
    return { quotes: quotes.slice(0, limit), unavailable };
  }
}
