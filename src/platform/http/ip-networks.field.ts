import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { parseNetwork } from '../../kernel/ip-network.js';
import { StringsField } from './fields.js';

/** A list of address blocks; stored canonical, a single address as the block of one. */
export function IpNetworksField(description: string): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? value.map((item: unknown) => (typeof item === 'string' ? (parseNetwork(item)?.cidr ?? item) : item))
        : value,
    ),
    ValidateBy(
      {
        name: 'isIpNetwork',
        validator: {
          validate: (value) => typeof value === 'string' && parseNetwork(value) !== undefined,
          defaultMessage: () => '$property must hold IPv4 or IPv6 addresses or CIDR blocks only',
        },
      },
      { each: true },
    ),
    StringsField({
      optional: true,
      maxItems: 100,
      maxLength: 49,
      example: ['203.0.113.0/24', '2001:db8::/32'],
      description,
    }),
  );
}
