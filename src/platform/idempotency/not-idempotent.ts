import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const NOT_IDEMPOTENT = 'entrepot:not-idempotent';
/** Marks an operation of the OpenAPI document that takes no `Idempotency-Key`. */
export const NOT_IDEMPOTENT_EXTENSION = 'x-not-idempotent';

/** This POST pays no heed to `Idempotency-Key`: it creates nothing, or repeating it changes nothing. */
export const NotIdempotent = () =>
  applyDecorators(SetMetadata(NOT_IDEMPOTENT, true), ApiExtension(NOT_IDEMPOTENT_EXTENSION, true));
