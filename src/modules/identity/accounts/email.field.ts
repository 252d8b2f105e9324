import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail } from 'class-validator';
import { StringField } from '../../../platform/http/fields.js';

/** An address that mail can be sent to. Stored and compared in lower case. */
export function EmailField(
  options: { optional?: boolean; description?: string; example?: string } = {},
): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsEmail({}, { message: 'email must be an e-mail address' }),
    StringField({ minLength: 3, maxLength: 254, format: 'email', example: 'sam@example.com', ...options }),
  );
}
