import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, RequireScope, type Principal } from '../../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../../platform/http/openapi.js';
import { TransportOrderDto } from '../transport-order-answers.dto.js';
import { OfferAnswersService } from './offer-answers.service.js';
import {
  DeclineOfferDto,
  ListTransportOffersQuery,
  OfferTransportDto,
  toOfferDto,
  TransportOfferDto,
  TransportOfferListDto,
  TransportOffersDto,
} from './transport-offers.dto.js';
import { TransportOffersService } from './transport-offers.service.js';

@ApiTags('transport orders')
@Controller('api')
export class TransportOffersController {
  constructor(
    private readonly offers: TransportOffersService,
    private readonly answers: OfferAnswersService,
  ) {}

  @Post('transport-orders/:id/offers')
  @RequireScope('transport-orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'offerTransportOrder',
    summary: 'Ask carriers whether they take it, at the price of this moment',
    description:
      'The named ones, or the first by the rule. Who accepts first has it; a change of the order withdraws the offers.',
  })
  @ApiCreatedResponse({ type: TransportOffersDto })
  @ApiProblem(
    ...(['transport_order_not_found', 'organisation_forbidden', 'invalid_transition'] as const),
    ...(['version_mismatch', 'no_carrier', 'conflict'] as const),
  )
  async offer(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: OfferTransportDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TransportOffersDto> {
    const offers = await this.offers.offer(principal, id, body, expectedVersion(ifMatch));
    void reply.header('location', `/api/transport-offers?orderId=${id}`);
    return { data: offers.map(toOfferDto) };
  }

  @Get('transport-offers')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listTransportOffers',
    summary: 'Offers of transports, newest first',
    description:
      'A carrier sees what it was asked, a client whom it asked. A page costs the same at any depth.',
  })
  @ApiOkResponse({ type: TransportOfferListDto })
  @ApiProblem('invalid_cursor', 'organisation_forbidden')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() { party, limit, cursor, ...filter }: ListTransportOffersQuery,
  ): Promise<TransportOfferListDto> {
    const { offers, ...page } = await this.offers.list(principal, party, filter, { limit, cursor });
    return { data: offers.map(toOfferDto), page };
  }

  @Get('transport-offers/:id')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'getTransportOffer',
    summary: 'One offer with what is to be moved',
    description: 'For the carrier that was asked and the client that asks; others find nothing.',
  })
  @ApiOkResponse({ type: TransportOfferDto })
  @ApiProblem('transport_offer_not_found')
  async get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<TransportOfferDto> {
    return toOfferDto(await this.offers.get(principal, id));
  }

  @Post('transport-offers/:id/accept')
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'acceptTransportOffer',
    summary: 'Take it, at the price that was offered',
    description: 'Of several carriers the first has it. Asked again it answers the order as it is.',
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem('transport_offer_not_found', 'transport_offer_closed', 'organisation_forbidden', 'no_carrier')
  async accept(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransportOrderDto> {
    const order = await this.answers.accept(principal, id);
    void reply.header('etag', etagOf(order.version));
    return order;
  }

  @Post('transport-offers/:id/decline')
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'declineTransportOffer',
    summary: 'Do not take it, with a reason',
    description:
      'Where the client wants it, the next carrier of the ranking is asked. Asked again it changes nothing.',
  })
  @ApiOkResponse({ type: TransportOfferDto })
  @ApiProblem('transport_offer_not_found', 'transport_offer_closed', 'organisation_forbidden')
  async decline(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { reason }: DeclineOfferDto,
  ): Promise<TransportOfferDto> {
    return toOfferDto(await this.answers.decline(principal, id, reason));
  }
}
