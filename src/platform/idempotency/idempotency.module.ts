import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AnswerCipher } from './answer-cipher.js';
import { ClaimDocument, ClaimSchema } from './claim.schema.js';
import { ClaimsRepository } from './claims.repository.js';
import { ClaimsService } from './claims.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** `Idempotency-Key` on every POST behind credentials. */
@Module({
  imports: [MongooseModule.forFeature([{ name: ClaimDocument.name, schema: ClaimSchema }])],
  providers: [
    ClaimsRepository,
    ClaimsService,
    AnswerCipher,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class IdempotencyModule {}
