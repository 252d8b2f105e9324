import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JWK } from 'jose';
import { Public } from '../../../platform/http/access.js';
import { vary } from '../../../platform/http/vary.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { PUBLISHED_FOR_SECONDS, SigningKeysService } from './signing-keys.service.js';

export class JwkDto {
  @ApiProperty({ example: 'EC' }) kty: string;
  @ApiProperty({ example: 'P-256' }) crv: string;
  @ApiProperty({ example: 'ES256' }) alg: string;
  @ApiProperty({ example: 'sig' }) use: string;
  @ApiProperty({ description: "Matches a token's header" }) kid: string;
  @ApiProperty() x: string;
  @ApiProperty() y: string;
}

export class JwksDto {
  @ApiProperty({ type: [JwkDto] }) keys: JWK[];
}

@ApiTags('auth')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeysService) {}

  @Get('jwks.json')
  @Public()
  @LimitAs('public')
  @ApiOperation({
    operationId: 'getJwks',
    summary: 'Public keys of access tokens',
    description:
      'A JSON Web Key Set (RFC 7517). A new key stands here ten minutes before it signs its first token.',
  })
  @ApiOkResponse({ type: JwksDto })
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<JwksDto> {
    void vary(reply, 'accept-encoding').header('cache-control', `public, max-age=${PUBLISHED_FOR_SECONDS}`);
    return this.keys.jwks();
  }
}
