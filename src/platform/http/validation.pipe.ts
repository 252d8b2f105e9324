import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { ValidatorOptions } from 'class-validator';
import { AppError, type FieldError } from '../../kernel/errors.js';
import { certainlyValid } from './certainly-valid.js';
import { assertPlainInput } from './plain-input.js';
import { rememberRules } from './validation-rules.js';

rememberRules();

const MAX_ERRORS = 20;

/** Looks at the raw input before it is turned into a DTO. */
class InputPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') assertPlainInput(value);
    return super.transform(value, metadata);
  }

  protected override validate(object: object, options?: ValidatorOptions) {
    return certainlyValid(object) ? [] : super.validate(object, options);
  }

  // what is read from JSON or a query has no gaps, no binary values, and no key that `assertPlainInput` refuses
  protected override closeArrayGaps(): void {
    return;
  }
  protected override stripProtoKeys(): void {
    return;
  }
  protected override findNestedBinaryValues(): ValidationError[] {
    return [];
  }
}

/** Checks every body and query against its DTO: unknown fields are refused, every fault names its field. */
export function validationPipe(): ValidationPipe {
  return new InputPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => flatten(error, '')).slice(0, MAX_ERRORS);
      const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
      return new AppError('validation_failed', detail || 'The request is not valid.', { errors: fields });
    },
  });
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    field,
    code: constraint === 'whitelistValidation' ? 'unknown_field' : snakeCase(constraint),
    message: constraint === 'whitelistValidation' ? 'is not a known field' : message.replace(/^\S+ /, ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

function snakeCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
}
